"""What a message is after besides its topics: the clinic's prices and bookings, a complaint, another language, help with a question.

The classifiers know topics and scopes only, a closed list. A matter never changes the urgency. It chooses the words of the
reply, and a few settle what the message is about (``_of_matters`` in resolve.py). Rules on normalised text; a matter of the clinic must hold nothing but everyday words and the clinic's, so that
"how much is a session" is one and "how much is a flight" is not.
"""

from __future__ import annotations

import re
from typing import Any

from bot.advice.vocabulary import AGE_TOLD, DAY, WANTS_EXERCISES, WEEKDAYS, YES_OR_NO
from bot.understanding.normalise import is_english
from bot.understanding.rule_files import read_rules
from bot.understanding.sentences import Span, asks, clauses, opens_question, parse, sentences

_LISTS: dict[str, Any] = read_rules("matters")
#: Words a question to the clinic's desk is made of.
_DESK_WORDS = frozenset(_LISTS["desk_words"].split())
_CLINIC_CUES = {
    "price": re.compile(
        r"\bhow much (?:is|are|does|do you|do i (?:have to )?pay|for|will|would|to see|it)\b(?! (?:too much|enough|ok"
        r"|okay|safe|allowed)\b)|\bhow much (?:is it|it is|\w+ charge)\b"
        r"|\b(?:costs?|prices?|pricing|fees?|charged?|charges|rates|expensive|cheap|afford|pay|payment)\b"
        r"|\b(?:is|are) (?:it|the|my|your|a)\b.*\bfree\b(?! (?:on|at|this|next|today|tomorrow|tuesday|monday|wednesday"
        r"|thursday|friday))"
    ),
    "booking": re.compile(
        r"\b(?:book|booking|bookings|booked|appointments?|cancel\w*|reschedule|rebook|postpone|slots?|waiting list"
        r"|earliest|walk-in|available)\b"
    ),
    "contact": re.compile(
        r"\b(?:phone|telephone|contact|mobile|reception|whatsapp) (?:number|line|details)|\byour (?:number|email|phone"
        r"|website)\b|\bnumber (?:for|of) (?:you|the)\b"
        r"|\b(?:call|ring|phone|email|text|contact|telephone|whatsapp) (?:you|the (?:clinic|practice|reception\w*)"
        r"|your (?:clinic|reception\w*)|reception)\b|\b(?:do|can) you (?:have|give) (?:\w+ ){0,3}(?:number|email)\b"
    ),
    "cover": re.compile(
        r"\b(?:nhs|private|privately|bupa|axa|aviva|vitality|cigna|insurances?|insured|insurers?|covered|covers?"
        r"|medicare|medicaid|referral|referred|self refer|letter)\b"
    ),
    "staff": re.compile(
        r"\bwho (?:will|would|is going to|am i going to|do i get to) (?:i |be )?(?:see|seeing|get|treat\w*|meet)\b"
        r"|\b(?:which|what) (?:physios?|physiotherapists?|person) (?:will|would|do|does|is|are|should)\b|\bwho(?:'s| is"
        r"| are) (?:the |your |in )*(?:best|manager|managers|owner|boss|charge|in charge|physios?|physiotherapists?"
        r"|team|staff)\b"
    ),
}
_NO_ANSWER = re.compile(
    r"\b(?:nobody|no one|no-one|noone|they|you) (?:ever |never |don't |doesn't |won't |didn't |is |are |has "
    r"|not )*(?:answer\w*|pick(?:s|ed|ing)? up|repl(?:y|ies|ied|ying)|rings? (?:me )?back|calls? (?:me )?back"
    r"|called (?:me )?back)\b"
    r"|\b(?:can't|couldn't|unable to|never) get through\b|\b(?:phone|line|number)(?:'s| is| was)? (?:\w+ )?(?:always "
    r"|just )?(?:engaged|busy|ringing out|dead|rings? out|goes unanswered)\b"
)
#: Beside "answer": "you don't answer my question" is no unanswered phone.
_BY_PHONE = re.compile(
    r"\b(?:phone\w*|telephone|call\w*|ring\w*|rang|line|number|reception|emails?|through)\b"
)
_USELESS = (
    r"(?:useless|stupid|rubbish|dumb|idiot\w*|crap\w*|shit\w*|hopeless|pathetic|pointless|thick|moron\w*|terrible"
    r"|annoying|garbage|(?:a )?waste of (?:\w+ )?time|no (?:help|use|good)|unhelpful|not (?:very |really "
    r"|much )?help(?:ful|ing)?|"
    r"a joke|ridiculous)\b(?! (?:question|mistake|of me|idea))"
)
_VERY = r"(?:all|just|so|such|really|very|totally|completely|absolutely|bloody|fucking|a|an|one|quite|pretty|damn|flipping) "
_COMPLAINT = re.compile(
    rf"\b(?:you're|you are|u r|this (?:chat|bot|chatbot|thing|robot|website|site|app) is|your answers? (?:is"
    rf"|are)) (?:{_VERY})*{_USELESS}"
    rf"|^(?:this is|that's|that is|that was|it's|what a|what) (?:{_VERY})*{_USELESS}[.!]*$"
    r"|^(?:useless|rubbish|stupid|hopeless|pathetic|waste of time|no help)(?: (?:bot|robot|machine|thing|computer|chat"
    r"|chatbot|app))?[.!]*$"
    r"|\b(?:you're|you are) not (?:\w+ )?(?:listening|helping|helpful)\b|^(?:this|it) (?:isn't|is not|doesn't"
    r"|does not) (?:\w+ )?(?:helping|help|helpful)[.!]*$"
    r"|\byou (?:don't|can't|never) (?:\w+ )?(?:understand|listen|answer|help)(?: (?:me|anything|a thing|my questions?"
    r"|at all|what i))*(?=[.!?,]|$)"
    r"|\b(?:stupid|useless|dumb|rubbish) (?:bot|robot|machine|computer|chatbot|chat|thing)\b|\bf(?:uck|\*+) (?:you"
    r"|off)\b|\bpiss off\b"
)
#: A complaint about the clinic or its people.
_CLINIC_COMPLAINT = re.compile(
    r"\b(?:want|like|need|wish|going|how do i|how can i|where do i|where can i) (?:\w+ ){0,2}?(?:complain\b(?! (?:about"
    r"|of) (?:my|the|a|this|his|her) (?:\w+ )?(?:hips?|pain|groin|leg|thigh)\b)|(?:make|file|raise|lodge) (?:a "
    r"|an )?(?:formal |official )?complaint)\b|\b(?:my )?money back\b|\b(?:a|full|my) refund\b"
    r"|\b(?:your|the) (?:physios?|physiotherapists?|clinic|therapist|staff|receptionist"
    r"|team)\b[^.;!?]{0,30}\b(?:made (?:my|it|me|the|his|her)\b[^.;!?]{0,25}\bworse|hurt me|was (?:very |so "
    r"|really )?(?:rude|rough|useless|late)|were (?:very |so |really )?(?:rude|rough|useless|late)|ignored)\b"
)
#: Somebody or something else that may be useless: "my leg is useless".
_OWN_TROUBLE = re.compile(r"\b(?:my|his|her) (?:\w+ )?(?:hips?|legs?|foot|feet|groin|back|knees?)\b")
WORDS_OF_A_COMPLAINT = 14
WORDS_ABOUT_A_PHONE = 25

_STOPS_MEDICINE = re.compile(
    r"\b(?:stop|come off|coming off|skip|miss|pause|quit|leave off|hold off|keep taking|carry on taking|continue taking"
    r"|keep on taking|stopping)(?: \w+){0,3}? "
    r"(?:(?:my|his|her|the|these|those|all) (?:\w+ ){0,2}?)?(?:blood thinners?|thinners?|warfarin|apixaban|eliquis"
    r"|rivaroxaban|xarelto|edoxaban|dabigatran|heparin|clopidogrel|aspirin|statins?|steroids?|prednisolone|prednisone"
    r"|methotrexate|hrt|"
    r"medication|medications|medicines?|meds|tablets?|pills?|painkillers?|insulin|anticoagulants?|\w+(?:profen|oxicam"
    r"|cetamol|codeine|adol|pentin|gabalin|triptyline|proxen|pril|sartan|olol))\b"
)
_FALLS_ALONE = re.compile(
    r"\b(?:what (?:happens|do i do|should i do|would happen|if)|if) (?:\w+ )*?(?:fall|fell|go(?:es)? (?:down|over)|trip"
    r"|slip)s?\b[^.!?]*\b(?:can't|couldn't|won't be able to|unable to|not able to|alone and can't) (?:get|stand"
    r"|be) ?(?:back )?(?:up|on my feet)?\b"
)
_ONE_WORD = re.compile(
    r"^(?:the |my |a |bad |sore |left |right |both )*(?:hips?|pain|hip pain|painful|groin|sore|ache|hurts?|leg|stiff"
    r"|stiffness|thigh|buttock|hip problems?|hip ache)[.!]*$"
)
_SIDE_ALONE = re.compile(
    r"^(?:it's |the |my |on the |just the |in the )*(?:left|right|both)(?: one| hip| side| hips| sides| ones)?[.!]?$"
)
_WHAT_NOW = re.compile(
    r"^(?:(?:so|ok|okay|right|and|then|well|but|now|oh|hmm|um)[ ,]+)*(?:what(?:'s| is| do| should| shall| can| happens"
    r"| now| next)"
    r"(?: (?:the |my |our )?(?:next(?: step| steps)?|plan|i do now|i do next|we do(?: now| next)?|happens?(?: now"
    r"| next)?|now|from here|do we do(?: now| next)?|do i do from here))?"
    r"|(?:should|do) (?:i|we) (?:be )?(?:worr(?:y|ied)|concerned)|is (?:it|this|that) (?:serious|bad|dangerous|urgent)"
    r"|where do (?:i|we) go from here)(?: (?:then|now|about (?:it|this|that)))*[ ?.!]*$"
)
_BARE_WHAT = re.compile(r"^(?:so |ok |and )*what(?:'s| is| do| should| shall| can)?[ ?.!]*$")

#: Asks what a word of the question means, and answers nothing: "define injury".
_DEFINES = re.compile(
    r"^(?:(?:so|ok|okay|but|and|please|sorry|well|hm+|can you|could you)[ ,]+)*(?:define|definition of|explain"
    r"|meaning of|what(?:'s| is| are| counts as| is meant by|'s meant by| do you (?:mean by|call|class as|count as)"
    r"| would you call)) "
    r"(?:an? |the |by |your )*(?:\w+ ){0,2}?(?:injur(?:y|ies)|knocks?|falls?|weight[- ]?bearing|weight|warning signs?"
    r"|signs?|replacements?|hip surgery|surgery|chronic|long[- ]lasting|pregnan\w+)[ ?.!]*$"
)

_EXPLAIN = re.compile(
    r"^(?:(?:sorry|pardon|ok|hm+|er+m*|but|and|oh|so|eh)[ ,?]+)*(?:what|huh|eh|pardon|come again|why|how come|meaning"
    r"|like what|such as|for example|explain|in what way|what way|sorry)[ ?.!]*$"
    r"|\bwhat (?:do|did|does) (?:you|that|this|it)(?: \w+)? mean\b|\bwhat(?:'s| is) (?:that|this"
    r"|it)(?: supposed to)?(?: mean)?[ ?.!]*$|\bwhat you mean\b|\b(?:don't|do not|didn't|can't) (?:\w+ )?(?:understand"
    r"|get)(?: (?:it|that|this|you|the question|what you (?:mean|want|are asking)))?[ ?.!]*$"
    r"|\bwhy (?:do|are|would|did|must|does) (?:you|it|this|that)\b(?: \w+){0,5}(?: (?:ask\w*|need\w*|want\w*|know"
    r"|matter))|\bwhy (?:does|would) (?:it|that|this) matter\b|\bwhat(?:'s| does| has)? (?:that|this|it"
    r"|my \w+) (?:got )?(?:to do with|have to do with)\b|\bwhat for\b|\bwhy (?:that|this|these)(?: questions?)?[ ?.!]*$"
    r"|\b(?:can|could) you (?:explain|say (?:that|it)|put (?:that|it))\b|\bnot sure what you mean\b|\bwhat counts as\b"
    r"|\bin other words\b"
)
WORDS_OF_A_PLEA_TO_EXPLAIN = 12
_GO_ON = re.compile(
    r"^(?:(?:ok|okay|right|sure|fine|yes|yeah|yep|alright|all right|cool|great|thanks|thank you|so|and|well)[ ,]+)*"
    r"(?:go on|go ahead|carry on|continue|next(?: one| question)?(?: please)?|what(?:'s| is) next|what next|proceed"
    r"|keep going|i'm ready|ready|let's go(?: on)?|let's (?:do it|start|continue)|fire away|ask away|move on|go on then"
    r"|shoot)[ .!?]*(?:then|please|now)?[ .!?]*$"
    r"|^(?:ok|okay|right|alright|all right|sure|cool|great|got it|i see)[ .!]*$"
)
_LEAVE_CHECK = re.compile(
    r"^(?:please |ok |just |i want to |can (?:i|we) |let's )*(?:stop|quit|exit|leave|cancel|end|skip|abort)(?: (?:it"
    r"|this|that|now|please|asking|the|check|questions?|me|these|all))*[ .!?]*$"
    r"|\bno more questions\b|\bstop asking\b|\bi (?:don't|do not) (?:want|wish) to (?:answer|do this|go on|continue"
    r"|say)\b|\b(?:too many|enough) questions\b"
)
_UNITLESS = re.compile(
    r"^(?:\w+ ){0,3}?(?:about |around |maybe |roughly |nearly |like |for |over |under |almost |only |just |say "
    r"|approx )*(?P<n>\d{1,2}|an?|one|two|three|four|five|six|seven|eight|nine|ten)(?:ish| or so| i think| maybe"
    r"| now)*[ .!]*$"
)

#: A plain request for exercises, which asks for no advice on them.
_WANTS_EXERCISES = re.compile(
    r"^(?:(?:hi|hello|hey|yes|ok|okay|so|well|please|pls|plz|just|and|then|now|no)[ ,.!]+)*"
    r"(?:(?:i|we|i'd|she|he|my \w+) (?:just |only |really |do )*(?:want|wants|wanted|need|needs|would like|like"
    r"|am after|is after)(?: to (?:see|do|try|get|have|start))?|i'm (?:just )?(?:after|looking for)|i'm here for"
    r"|looking for|"
    r"(?:can|could|may) i've|(?:can|could|may|will|would) (?:i|we|you|u) (?:please |just )*(?:have|get|see|give me"
    r"|show me|give|show|send me|send|list)|(?:please )?(?:give|show|send|list|get)(?: (?:me|us))?|let me (?:see|have)"
    r"|let's (?:do|see|have|start))? ?"
    r"(?:(?:some|any|the|your|a few|those|gentle|easy|simple|good|hip|physio|suitable|safe|more|few|of|my|these|five|5"
    r"|home|strengthening|basic) )*"
    r"(?:exercises?|exercize?s|excercises?|exersizes?|exercices?|stretches|moves)"
    r"(?:,? (?:for|to help|to do|with|at home|please|pls|plz|now|then|me|my|her|his|him|a|the|it|sore|bad|painful|achy"
    r"|hips?|hip pain|pain|first|thanks|thank you|today|mum|dad|wife|husband|left|right))*[.!? ]*$"
)
#: What is asked of an exercise whose steps were shown.
_OF_STEPS = {
    "asks_sides": re.compile(
        r"\b(?:other|both|each|which|bad|sore|good|either|same) (?:side|leg|hip|one)s?\b|\bsides\b"
    ),
    "asks_dose": re.compile(
        r"\bhow (?:many|often|long|much)\b|\b(?:times|sets|reps|repeats|repetitions)\b|\b(?:daily|every day|each day"
        r"|per day|a day|a week)\b"
    ),
    "asks_why": re.compile(
        r"\bwhy\b|\bwhat(?:'s| is| does) (?:it|this|that|the point)(?: \w+)* (?:for|do|help|of)\b|\bhow come\b"
        r"|\bwhat for\b"
    ),
    "asks_next": re.compile(r"\b(?:next|another|one after)\b"),
}
#: Nothing but who it is for and how old they are.
_AGE_WORDS = frozenset(_LISTS["age_words"].split())
_TENS_WORDS = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?"
_AN_AGE = re.compile(
    rf"\b(?:\d{{1,3}}(?:'?s)?|{_TENS_WORDS}|sixteen|seventeen|eighteen|nineteen|(?:teens|twenties|thirties|forties"
    rf"|fifties|sixties|seventies|eighties|nineties))\b"
)
_OF_A_PERSON = re.compile(
    r"\b(?:me|my|myself|i|i'm|am|she|he|she's|he's|her|his|aged?|old|yrs?|years|yo|male|female|man|woman|bloke|guy)\b"
)

_MEANWHILE = re.compile(
    r"\b(?:drive|driving|drives|taxi|cab|uber|bus|car|lift|eat|eats|eating|drink|drinks|drinking|tea|coffee|water|food"
    r"|meal|breakfast|dinner|lunch|move|moving|sit|lie|lying|walk|stand|get (?:him|her|me|them|it) (?:up|there|to)"
    r"|take (?:him|her|me|them|it)|bring|"
    r"painkillers?|paracetamol|ibuprofen|tablets?|wait\w*|warm|cold|blanket|massage|rub|ice|heat|bath|bed|sleep"
    r"|hospital|a ?& ?e|er)\b"
)
_CLINIC_VISIT = re.compile(
    r"\b(?:come|go|get|pop|be|wait|book|see|seen|visit|appointment|open)\b.*\b(?:clinic|physio\w*|you|in|appointment"
    r"|practice|till|until|tomorrow|monday|tuesday|wednesday|thursday|friday|next week|morning)\b"
    r"|\b(?:tomorrow|monday|tuesday|wednesday|thursday|friday|next week)\b.*\b(?:ok|okay|fine|instead|do|soon enough"
    r"|enough|clinic)\b"
)

_WANTS_YES_OR_NO = re.compile(
    r"^(?:(?:hi|hello|hey|so|and|ok|okay|but|please)[ ,]+)*(?:are|is|do|does|can|will|would|could|you|open|u)\b"
)
_NAMED_DAY = re.compile(rf"\b(?P<day>{'|'.join(WEEKDAYS)})s?\b|\b(?P<when>tomorrow|weekends?)\b")

#: By language, without the words that are English as well.
_ENGLISH_TOO = frozenset(_LISTS["english_too"].split())
_FOREIGN = {name: frozenset(words.split()) - _ENGLISH_TOO for name, words in _LISTS["languages"].items()}
_SURELY_FOREIGN = frozenset(_LISTS["surely_foreign"].split())
_LETTERS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_SPEAKS = re.compile(
    r"\b(?:do|can|could|are|does) (?:you|we|i|anyone|anybody|somebody) (?:able to |there )?(?:speak|talk|write|chat"
    r"|type|reply|answer|understand|have|do|read)\b.{0,20}?\b(?:spanish|french|german|italian|portuguese|polish"
    r"|romanian|dutch|turkish|arabic|urdu|punjabi|hindi|"
    r"bengali|chinese|mandarin|cantonese|russian|ukrainian|lithuanian|welsh|somali|farsi|tamil|gujarati|espanol|español"
    r"|francais|français|polski|deutsch|another language|other languages?|my language|interpreters?|translators?)\b"
)


def goes_on(text: str) -> bool:
    """Whether ``text`` only says to go on, which answers no question."""
    return bool(_GO_ON.match(text))


def _of_the_desk(sentence: str) -> bool:
    """Whether ``sentence`` holds nothing but everyday words and those of the clinic's desk."""
    words = re.findall(r"[a-z][a-z'-]*", sentence)
    return bool(words) and all(word in _DESK_WORDS for word in words)


def _hardly_english(words: list[str]) -> bool:
    """Whether almost none of ``words`` is one that English speakers know."""
    telling = [word for word in words if len(word) >= 3]
    if len(telling) < 3 and not (len(telling) == 2 and any(re.search(r"[^a-z']", w) for w in telling)):
        return False
    known = sum(1 for word in telling if is_english(word))
    return known * 5 <= len(telling)


def not_english(text: str) -> bool:
    """Whether ``text`` is written in another language than English, as far as a few words tell."""
    letters = _LETTERS.findall(text)
    if not letters:
        return False
    strange = sum(1 for word in letters if not re.match(r"[a-zà-ɏ]", word))
    if strange * 2 > len(letters):
        return True  # another script
    words = {word for word in letters if word not in _ENGLISH_TOO}
    if words & _SURELY_FOREIGN and not words & _DESK_WORDS:
        return True
    most = max(len(words & own) for own in _FOREIGN.values())
    return (most >= 3 and most * 2 >= len(letters)) or _hardly_english(letters)


def _asks_a_price(clause: Span) -> bool:
    """Whether a part of a sentence asks for a price: "had it done in 2018, how much is a session and can I do squats"."""
    price = _CLINIC_CUES["price"].search(clause.text)
    return bool(price) and opens_question(clause.text) and _of_the_desk(clause.text)


def clinic_matters(text: str) -> tuple[str, ...]:
    """The matters of the clinic that ``text`` asks about, sentence by sentence."""
    found: list[str] = []
    for sentence in sentences(parse(text)):
        short = len(text.split()) <= WORDS_ABOUT_A_PHONE
        if short and _NO_ANSWER.search(sentence.text) and _BY_PHONE.search(sentence.text):
            found.append("no_answer")
        elif _of_the_desk(sentence.text):
            found += [matter for matter, cue in _CLINIC_CUES.items() if cue.search(sentence.text)]
        elif _CLINIC_CUES["price"].search(sentence.text) and any(map(_asks_a_price, clauses(sentence))):
            found.append("price")
    if "no_answer" in found:
        return ("no_answer",)
    return tuple(dict.fromkeys(found))


def named_days(text: str) -> tuple[str, ...]:
    """The days that ``text`` names: "monday", "tomorrow"; the weekend is two."""
    found: list[str] = []
    for match in _NAMED_DAY.finditer(text):
        when = match["when"]
        found += (
            [match["day"]]
            if match["day"]
            else ["saturday", "sunday"]
            if when.startswith("weekend")
            else [when]
        )
    return tuple(dict.fromkeys(found))


def defines(text: str) -> bool:
    """Whether ``text`` only asks what a word of the check's question means."""
    return bool(_DEFINES.match(text))


def age_told(text: str) -> bool:
    """Whether normalised ``text`` says nothing but who it is for and how old they are."""
    ages = _AN_AGE.findall(text)
    if len(ages) != 1 or not _OF_A_PERSON.search(text) or "?" in text:
        return False
    left = re.findall(r"[a-z][a-z'-]*", _AN_AGE.sub(" ", text, count=1))
    return all(word in _AGE_WORDS for word in left)


def _complains(text: str, words: int) -> bool:
    if words <= WORDS_ABOUT_A_PHONE and _CLINIC_COMPLAINT.search(text):
        return True
    return words <= WORDS_OF_A_COMPLAINT and bool(_COMPLAINT.search(text)) and not _OWN_TROUBLE.search(text)


def matters(text: str, asked: str | None = None) -> tuple[str, ...]:
    """What normalised ``text`` is after besides topics; ``asked`` is the safety question just put."""
    words = len(text.split())
    found: list[str] = []
    if not_english(text) or _SPEAKS.search(text):
        found.append("not_english")
    found += clinic_matters(text)
    if _complains(text, words):
        found.append("complaint")
    if _STOPS_MEDICINE.search(text) and (opens_question(text) or "?" in text):
        found.append("stop_medicine")
    if _FALLS_ALONE.search(text):
        found.append("fall_alone")
    if _WANTS_EXERCISES.match(text):
        found.append(WANTS_EXERCISES)
    if age_told(text):
        found.append(AGE_TOLD)
    if asked:
        found += _in_the_check(text, asked, words)
        if asks(text) and _OF_STEPS["asks_dose"].search(text):
            found.append("asks_dose")
    else:
        found += [matter for matter, cue in _OF_STEPS.items() if cue.search(text)]
        if _ONE_WORD.match(text):
            found.append("one_word")
        elif _SIDE_ALONE.match(text):
            found.append("side")
        if _WHAT_NOW.match(text) and not _BARE_WHAT.match(text):
            found.append("what_now")
    if asks(text) or opens_question(text):
        found.append("question")
        if _MEANWHILE.search(text):
            found.append("meanwhile")
        if _CLINIC_VISIT.search(text):
            found.append("clinic_visit")
        found += [DAY + day for day in named_days(text)]
        if _WANTS_YES_OR_NO.match(text):
            found.append(YES_OR_NO)
    return tuple(dict.fromkeys(found))


def _in_the_check(text: str, asked: str, words: int) -> list[str]:
    if _GO_ON.match(text):
        return ["go_on"]
    if _LEAVE_CHECK.search(text):
        return ["leave_check"]
    if defines(text) or (words <= WORDS_OF_A_PLEA_TO_EXPLAIN and _EXPLAIN.search(text)):
        return ["explain"]
    if asked == "chronic" and _UNITLESS.match(text):
        return ["which_unit"]
    return []
