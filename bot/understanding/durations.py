"""How long it has hurt: durations in any wording, as days, relative to a clock that is passed in.

Works on normalised text (lower case). dateparser and recognizers-text were tried and read
"a couple of years" and "on and off for years" wrongly, hence these rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from bot.understanding.rule_files import read_rules

DAYS = {
    "day": 1,
    "night": 1,
    "week": 7,
    "fortnight": 14,
    "month": 30.44,
    "year": 365.25,
    "decade": 3652.5,
    "winter": 365.25,
    "summer": 365.25,
    "monsoon": 365.25,
    "hour": 0.04,
    "minute": 0.001,
    "weekend": 7,
}
#: Three months, the threshold of chronic pain (ICD-11, IASP, NICE NG193), as the shortest three months.
CHRONIC_DAYS = 89
#: More than two weeks of home care without getting better (NHS hip pain in adults).
TWO_WEEKS_DAYS = 15

_NUMBERS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "hundred": 100,
    "couple": 2,
    "few": 3,
    "several": 4,
    "many": 5,
    "some": 3,
    "half": 0.5,
    "dozen": 12,
}
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_NUMBER = (
    r"(?P<n>(?:(?:a|one|two|three) )?hundred(?: (?:and )?(?:\w+ty|\w+teen|ten|eleven|twelve)(?:[ -]\w+)?)?"
    r"|\d+(?:[.,]\d+)?(?:\s*(?:-|to|or)\s*\d+)?\+?|(?:one|two|three|four|five|six|seven|eight|nine|ten) (?:or"
    r"|to) (?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)|(?:for|over|these|this) (?:the )?(?:past"
    r"|last)|(?:the )?past|(?:a )?couple(?: of| o)?|a few|few|several|many|some|"
    r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:one|two|three|four|five|six|seven|eight"
    r"|nine))?|"
    + "|".join(
        w
        for w in _NUMBERS
        if w
        not in (
            "couple",
            "few",
            "several",
            "many",
            "some",
            "twenty",
            "thirty",
            "forty",
            "fifty",
            "sixty",
            "seventy",
            "eighty",
            "ninety",
            "half",
        )
    )
    + r"|half an?|half)"
)
_UNIT = r"(?P<unit>day|night|week|weekend|fortnight|month|year|decade|winter|summer|monsoon|hour|minute)s?"
_SPAN = re.compile(
    rf"\b{_NUMBER}(?:\s*(?:long|whole|full|good|solid|or so|odd|more"
    rf"|and a bit))*(?P<half>(?: and a half)?)[ -]*{_UNIT}\b"
    r"(?P<half2>(?: and a half)?)"
)
_VAGUE_LONG = re.compile(
    r"\b(?:(?:for|been|going on|these|over|many|on and off)(?: the last| the past| so many| many| quite a few"
    r"| a good few| donkeys| several| on end)? (?:years|months)|years(?: and years| now| ago\b)?|months and months|"
    r"(?<!take )(?<!takes )(?<!took )(?<!taking )ages(?: and ages)?|donkey'?s(?: years)?|yonks|forever|for ever"
    r"|long[ -]?(?:term|standing|lasting)|"
    r"all my (?:life|adult life)|most of my (?:\w+ )?life|(?:a )?long(?:ish)? (?:time|while) now|(?:for|been) (?:a|such a|so"
    r"|a very|a really) long(?: time)?|"
    r"since (?:birth|i was (?:a |at |in )?(?:kid|child|boy|girl|lad|teen\w*|school|young|little|born|\d+|my \w+)|school"
    r"|childhood|my (?:teens|twenties|thirties|forties|fifties|youth)|"
    r"i can remember|forever)|since my (?:[2-9]0'?s)|all (?:this )?year|(?:the )?whole (?:of )?(?:this |the "
    r"|last )?year|(?<!a )year and a half|since the (?:start|beginning) of (?:the|this|last) year|most of (?:this|last"
    r"|the) year|(?:its?|it's|my|the|a|this|in) (?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d+(?:nd"
    r"|rd|th)) (?:winter|summer|year|christmas)|(?:start\w*|began|came on|come on|first)[^.]{0,25} in my (?:teens"
    r"|twenties|thirties|forties|fifties|[2-9]0'?s)|since (?:uni\b|university|college|leaving school|i left school"
    r"|my student days|the army|my wedding|before i (?:retired|was married))|longer than i'?ve [^.]{3,30}|half my life"
    r"|half a decade|quarter of a century|life ?long|year (?:in,? year out|after year)|month after month|months on end"
    r"|umpteen (?:years|months)|(?:many )+moons|(?:two|three|four|five|six|seven|eight|nine|ten|\d+|several"
    r"|many) (?:christmas(?:es)?|xmas(?:es)?|summers|winters|springs|autumns|birthdays|easters)"
    r"|can't remember (?:(?:a time |the last time )?(?:when |that )?(?:it|i|my hip)|what it (?:was|is|felt"
    r"|feels) like (?:not to|without|to (?:walk|sleep|be)))|since (?:i|he|she) turned \w+|since (?:(?:my )?(?:freshman|sophomore|junior|senior) year|(?:grade|middle) school|year (?:\d+|seven|eight|nine"
    r"|ten|eleven)|reception|primary|secondary|infants|high school|sixth form)|this time last year"
    r"|since (?:the )?(?:kids|children|boys|girls|lads) were (?:small|little|young|born|babies)|since (?:he|she"
    r"|my (?:son|daughter|eldest|youngest|first)) was born|(?:into|in) (?:its?|it's|my|the) (?:fourth|fifth|sixth"
    r"|seventh|eighth|ninth|tenth|4th|5th|6th|7th|8th|9th|10th|11th|12th) month|(?:a|quite a|for a) (?:long|good) while"
    r"|for (?:quite )?some time now|since '\d\d\b|as long as (?:i can remember|i've known (?:him|her|them)"
    r"|we've been (?:together|married))|decades|chronic(?:ally)?|persistent for years|years on end|eons|"
    r"longer than i (?:can|care to) remember|"
    # a child born then has grown since: "since I had my son, and he's at school now"
    r"(?:since|(?:start\w*|began|came on)[^.;!?]{0,15} when) [^.;!?]{0,30}\b(?:child|baby|son|daughter|twins|kids?|lad|lass|boy|girl|first|second|third|eldest|youngest"
    r"|born|birth)\b[^.;!?]{0,12}\b(?:he|she|they|who)(?:'s|'re| is| are)? [^.;!?]{0,25}?\b(?:school|uni|university"
    r"|college|grown|married|driv\w+|teen\w*|adults?|working|(?:[2-9]|[1-4]\d|two|three|four|five|six|seven|eight|nine"
    r"|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|eighteen|twenty|thirty)(?! ?(?:days?|weeks?|months?)\b)))\b"
)
#: Words after or before a span that make it something other than how long it has hurt.
_NOT_PAIN_AFTER = re.compile(
    r"^\s*(?:-| )?(?:out (?:from|of)\b|since i (?:was )?(?:last|wrote|asked|saw|came|spoke|visited|used|joined|moved"
    r"|retired)\b|old\b|of age|pregnant|gone\b(?! by)|post(?:-| )?op|after|post\b|a (?:day|week|month|year)|per |each "
    r"|every |times|from now|time\b|"
    r"since (?:my|the|i had|i got|they) [^.;,]{0,25}(?:replac|swap|done|op\b|surg|operat|changed|new hip"
    r"|put (?:half )?an? new|took (?:my|the|his|her) old)|of (?!ach|hurt|suffer|limp|throb|struggl|nagg|grumbl|niggl"
    r"|cop|manag|liv|put|be|hav|feel)\w+ing\b|(?:of )?(?:exercis|physio|treatment|walking|experience"
    r"|holiday|antibiotic|hold|rest\b)|walk\b|wait|counts?\b|(?:is|are) (?:called|classed)\b)"
)
_SO_MANY_WEEKS_ALONG = re.compile(
    r"\b(?:i'm|she's|she is|i am) (?:about |now |nearly |almost |just |only )?$"
)
#: Of a complaint of pregnancy: "pelvic girdle pain, 22 weeks" tells how far it is
_PREGNANT_BEFORE = re.compile(
    r"\b(?:pelvic girdle(?: pain)?|pgp|spd|symphysis(?: \w+){0,2}|pregnan\w+|expecting|bump"
    r"|midwife)\b[^.;!?]{0,15}?[,:( -]+(?:at |now |about |nearly |i'm )*$"
)
#: "the ache is only four weeks old"
_AS_OLD = re.compile(
    r"\b(?:(?:pains?|aches?|hips?|groin|it|this|problem|trouble|limp|niggle|twinge|soreness|stiffness)(?:'s| is"
    r"| was) (?:\w+ ){0,2}|(?:pain|ache|niggle|twinge|soreness), )$"
)
#: A second clause says how long ago the first was: "sore ever since the move, and that's six years"
_REFERS_BACK = re.compile(
    r"\bsince\b[^.;!?]*?\b(?:that's|that is|that was|that'll be|which is|which was|which makes it) (?:\w+ ){0,2}$"
)
#: "I had it replaced, the pain started six months back": the time is that of the pain.
_IT_BEGAN = re.compile(
    r"\b(?:pains?|aches?|it|this|trouble|limp) (?:has )?(?:start\w*|began|came on|kicked off) (?:\w+ ){0,2}$"
)
#: "it has been at him since he sold the farm four years ago", "fine until about five weeks back"
_HURTS_SINCE = re.compile(
    r"\b(?:hurt\w*|ach\w+|pain\w*|sore|troubl\w*|bother\w*|bad|stiff|limp\w*|niggl\w*|plagu\w*|playing up"
    r"|been at)\b[^.;!?,]{0,30}\bsince\b[^.;!?,]{0,40}$|\buntil (?:about |around |roughly |just )*$"
)
#: "three years ago and it has hurt every day since"
_SINCE_THEN = re.compile(
    r"^\s*(?:ago|back)\b(?:[^.;!?]{0,40}?\b(?:hurt\w*|sore|ach\w+|pain\w*|stiff|limp\w*)\b[^.;!?]{0,30}\b(?:ever since"
    r"|since|since then)\b"
    r"|[^.;!?]{0,90}?\b(?:ever since|since then|and since)\b[^.;!?]{0,40}?\b(?:hurt\w*|sore|ach\w+|pain\w*|stiff"
    r"|limp\w*|twinge\w*|niggl\w*))"
)
#: "ever since I moved house 3 years back my hip has hurt"
_COUNTED_FROM = re.compile(r"\bsince\b[^.;!?,]{3,45}$")
_AND_HURTS = re.compile(
    r"^\s*(?:ago|back),? (?:my|the|this|both|it|i've had|i have had)\b[^.;!?]{0,30}?\b(?:hips?|groin|hurt\w*|sore"
    r"|ach\w+|pain\w*|stiff)\b"
)
#: "two years of pain"
_OF_PAIN = re.compile(
    r"^\s*of (?:\w+ ){0,2}?(?:pain|hurt|hurting|ach\w+|trouble|agony|misery|soreness|hell|this|it)\b"
)
#: "a couple of days back I moved a fridge and now my hip hurts": of what is days or weeks old only
_AND_NOW = re.compile(
    r"^\s*(?:ago|back)\b[^.;!?]{3,60}(?:\b(?:and|so)|,) now\b[^.;!?]{0,25}\b(?:hips?|groin|it|hurt\w*|sore|ach\w+|pain\w*"
    r"|stiff)\b"
)
#: An earlier spell, which is not the one that hurts now: "the last time was five years ago"
_EARLIER_SPELL = re.compile(r"\b(?:last|previous) (?:time|bout|episode|spell|attack|flare)\b[^.;!?]*$")
#: "after sitting in the car for ages"
_FOR_A_SPELL = re.compile(
    r"\b(?:after|when|if|from|while) (?:\w+ ){0,2}?(?:sitting|sat|standing|stood|driving|waiting|queu\w+|lying|kneeling"
    r"|crouching)\b[^.;!?]{0,25}$"
)
#: What was told is over, whatever its length: "for the best part of a year, but that went and never came back"
_SPELL_OVER = re.compile(
    r"^[^.;!?]{0,25}, ?(?:been )?fine (?:after(?:wards)?|since)\b(?!.*\b(?:back|again|return\w*)\b)|"
    r"^(?!.*(?<!never came )(?<!never come )\b(?:back|again|return\w*)\b)(?:[^.;!?]{0,40}?(?:,|\b(?:but|then|and|until"
    r"|till)\b) ?(?:it |that |this |all |then |but )*(?:went(?: away)?\b(?! (?:to|on|for))|cleared(?: up)?\b|vanished"
    r"|disappeared|settled|(?:got|was|been) (?:better|fine|right)|healed|(?<=then )nothing\b|nothing (?:for|since|until"
    r"|till)\b)"
    r"|^[^.;!?]{0,60}[.;!?] ?(?:(?:it|that|they|hip) (?:\w+ )?(?:went away|cleared up|got better|never came back"
    r"|settled|healed)|(?:right as (?:rain|ninepence)|good as gold|never (?:a bother|any trouble"
    r"|had (?:any )?(?:trouble|bother)|bothered me|troubled me)|no (?:trouble|bother|pain|problems?)|(?:been )?fine"
    r"|nothing(?= (?:for|until|till)))\b[^.;!?]{0,20}\b(?:since|after(?:wards)?|for (?:years|decades)|until|till)))"
)
#: "it feels like forever", "what counts as chronic": no time told
_NO_TIME = re.compile(
    r"\b(?:feels?|felt|seems?|seemed) like (?:an? )?$|\b(?:counts? as|classed as|considered|meant by|called) $"
)
_AGO = re.compile(r"^\s*(?:ago|back|before now)\b")
_ONSET = re.compile(
    r"(?:start\w*|began|begun|come on|came on|flared|kicked|popped up|turned up|arrived|went|gave (?:way|out)"
    r"|first (?:hurt|notice\w*|felt)|onset|kicked off|set in|crept|appeared|developed|strain\w*|pull\w*|tweak\w*"
    r"|injur\w*|dx'?d|diagnos\w+|"
    r"hurt(?:ing|s)?|sore|ach\w+|pain\w*|stiff|trouble|problem\w*|bad|twinge\w*)[^.;]{0,40}$"
)
_ONSET_AFTER = re.compile(
    r"^\s*(?:ago|back),? (?:when )?(?:my|the|this|it|i|she|he)\b[^.]{0,25}\b(?:start\w*|began|ach\w+|hurt\w*|notic\w+"
    r"|felt|packed (?:it )?(?:in|up)|gave (?:out|up)|went on me)"
)
_INJURY = re.compile(
    r"\b(?:fell|fallen|fall|tripped|slipped|stumbled|tumble|crash|accident|knocked|banged|bumped|twisted|landed"
    r"|came off|pulled|strained|injured)\b"
)
_RECENTLY = re.compile(
    r"\bday (?:\d|one|two|three|four|five|six|seven|eight|nine|ten)\b(?= (?:with|of)\b)"
    r"|\b(?:wasn't|weren't) (?:there|here|like this|a problem) (?:last|a) (?:month|week|fortnight)\b"
    r"|\b(?:yesterday|this morning|last night|on (?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:all|this|over the|at the"
    r"|the) weekend)\b[^.;!?]{0,60}?(?:\b(?:and|an|so|but|omg) (?:omg|now|today|my|the|it)\b|, (?=(?:my |the )?(?:hips?|groin)\b))[^.;!?]{0,25}?\b(?:hips?|groin"
    r"|hurt\w*|sore|pain\w*|stiff|ach\w+)\b"
    r"|\b(?:niggl\w*|tweak\w*|(?:hips?|groin|it) (?:just )?went|start\w*|began|begun|came on|come on|woke|pulled|fell|fallen|tripped|slipped|stumbled"
    r"|banged|twisted|strained|notic\w+|twing\w*|became|only|injection|hurt\w*|sore|ach\w+|stiff|pain\w*)\b[^.;]{0,45}"
    r"\b(?:yesterday|this morning|last night|today|this (?:afternoon|evening)|(?:on |last |this )?(?:mon|tues|wednes"
    r"|thurs|fri|satur|sun)day(?:'s)?(?: morning| night| evening| afternoon)?|(?:at |over )?the weekend|the other day"
    r"|this week|last week)\b"
    r"|\b(?:yesterday|this morning|last night|today|(?:on|last|this) (?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:at"
    r"|over) the weekend|the other day|last week)\b(?: (?:at |after |before )?(?:\w+ ?time|breakfast|lunch|dinner|tea)"
    r"| morning| night| evening| afternoon)?,? (?:(?:it|this|(?:the|this|my) (?:pain|hip|ache|groin))(?: just| all"
    r"| suddenly)? (?:started|began|came on|kicked off|flared|went)\b|(?:i|he|she) (?:\w+ ){0,2}?(?:missed|fell|tripped"
    r"|slipped|stumbled|banged|twisted|strained|pulled|went (?:over|down)|landed|noticed|woke)\b)"
)
#: Things people do or have for years that are not a sore hip.
_LIFE = re.compile(
    r"\b(?:married|work(?:ed|ing)?|job|lived|living|smok\w+|diabet\w+|statins?|retired|own(?:ed)?|driv\w+|taught"
    r"|teach\w+|play(?:ed|ing)?|member|customer|coach\w*|been a \w+|(?:i|he|she|and|who) was an? (?!martyr|sufferer"
    r"|mess|wreck|cripple|misery)\w+|runner|running|run|cycl\w+|gym|company|walked|hiked|swam|danced|farmed|gardened"
    r"|knelt|lifted|"
    r"with (?:my|the|our|this|a) (?:gp|doctor|dentist|surgery|practice|physio|bank|firm|family|company)|(?:nanny"
    r"|cleaner|carer|husband|wife|partner|friend|neighbou?r|boss|colleague|marriage|owner|resident|tenant) of|(?:same"
    r"|this|that) (?:gp|doctor|dentist|surgery|practice|physio|consultant|firm|bank|church|club|choir|street|house)"
    r"|patient|vegetarian|sober|tablets|medication|blood pressure|widow\w*|together|friends|allotment|dancing"
    r"|dance[dr]?|swim\w*|dogs?|cats?)\b[^.;]{0,25}$"
)
_PAIN = re.compile(
    r"\b(?:pain\w*|hurt\w*|sore|ach\w+|stiff\w*|twinge\w*|trouble|bad|suffer\w*|problem\w*|hip|niggl\w+|throb\w*"
    r"|limp\w*|bother\w*|bugg\w*|creak\w*)\b"
)
#: That it hurts, in words that an operation does not bring along.
_HURTS = re.compile(
    r"\b(?:pain\w*|hurt\w*|sore|ach\w+|stiff\w*|bad|troubl\w*|suffer\w*|problem\w*|niggl\w+|throb\w*|twing\w+|limp\w*"
    r"|play\w* up|killing|never (?:been )?right)\b"
)
#: What a clause must speak of for its span of time to be that of the complaint: pain, the hip, or "it".
_COMPLAINT = re.compile(
    r"\b(?:pain\w*|hurt\w*|sore\w*|ach\w+|stiff\w*|twing\w+|troubl\w*|bad|suffer\w*|problems?|hips?|niggl\w+|throb\w*"
    r"|groin|thighs?|buttocks?|legs?|limp\w*|click\w*|grind\w*|catch\w*|"
    r"struggl\w+|put(?:ting)? up with|liv(?:ed|ing) with|cop(?:ed|ing)|manag(?:ed|ing)|battl\w+|dealing|plagu\w+"
    r"|bother\w*|gyp|jip|killing|murder|arthrit\w*|oa|symptoms?|discomfort|agony|uncomfortable|tender|tight|flar\w+"
    r"|like this|going on|start\w*|beg[au]n|came on|come on|"
    r"play\w* up|grumbl\w*|nagg\w*|bursitis|tendon\w*|sciatic\w*|wakes?|torment|misery|crutches|walking (?:stick|frame)"
    r"|gammy|dodgy|crook|jiggered|knackered|banjaxed|done in|issue|mine|it(?:'s)?|these|(?:this|that)(?! (?:hill|house"
    r"|job|flat|street|road|clinic|gym|dog|cat|team|club|company|address|town|village|time|year|week|area|place|website"
    r"|practice)))\b"
)
#: Verbs that make a clause about something else, whatever its length.
_LIFE_CLAUSE = re.compile(
    r"\b(?:(?:i've|i have|i|we've|we) (?:been )?(?:\w+ )?(?:laid|lay|taught|teach|work\w*|married|driv\w+|drove|play\w*"
    r"|done|doing|smok\w+|ran|run|running|walk\w*|had the|had my|own\w*|lived on|lived in|lived at|live|kept|bred"
    r"|farm\w*|danc\w+|swum|swim\w*|cycl\w+|coach\w*|sat|sit\w*|stood|stand\w*|kneel\w*|lift\w*|rid\w+|us(?:ed|ing)"
    r"|tak\w+|see\w+|served|retired|paid|known|used|come|coming|cut|nurs\w+)|"
    r"(?:doing|done) (?:\w+ )?(?:yoga|pilates|gym|karate|judo|ballet|weights|crossfit|spin)|diabet\w*|asthma\w*"
    r"|blood pressure|thyroid|migraines?|back (?:trouble|pain)|knees?|shoulders?|(?:office|shift|care) worker|yoga"
    r"|married|wed|widowed|sober|vegan|member|patient|customer|allotment)\b"
)
_NO_PAIN = re.compile(
    r"\b(?:no (?:pain|trouble|problems?|bother|issues?)|fine|pain[- ]free|never (?:hurt|ached))\b"
)
_EVENT_NOUN = re.compile(
    r"(?:replac\w+|artificial|swapped|operation|operated|surgery|arthroplast\w+|resurfac\w*|hemiarthroplast\w*|new hip"
    r"|bionic|hip done|prosthe\w+|implant|(?:(?:hip|one) is (?:a )?)?(?:false|fake|ceramic)(?: one| hip)?|(?:metal"
    r"|titanium|exeter|birmingham|charnley|furlong|corail|stryker|depuy|zimmer) hip|arthroscop\w*|"
    r"fell|fall|fallen|tripped|slipped|stumbled|broke|broken|fractur\w+|crash|accident|born|birth|baby|married|retired"
    r"|moved|"
    r"injection|jab|x-ray|scan|mri|appointment|cancer|chemo|radio\w+|stroke|heart attack|clot|laminectomy|discectomy"
    r"|microdiscectomy|stitches)[^.;]{0,30}$"
)
_NOT_PAIN_BEFORE = re.compile(
    r"\b(?:every|per|each|how|times|once|twice|(?:days|hours|minutes|miles|sessions|nights|mornings)(?= a?$)|another"
    r"|next|in about|within|in|after|takes?|lasts|how (?:long|many)|hold (?:it )?(?:for)?|give it|wait(?:ing)?"
    r"|wait (?:another|for)|"
    r"booked|walk(?:ing|ed)?(?: for)?|(?:run(?:ning)?|ran)(?: for)?|older than|turned|aged?|no trouble for|no pain for"
    r"|no problems? for|nothing for|none for|fine for|pain[- ]free for|mended|quiet for|"
    r"off work for|hospital for|first|stay\w*|holiday)\s*(?:about |around |nearly |only |just )?$"
)
#: "Years." as a whole answer.
_YEARS_ALONE = re.compile(
    r"^(?:oh |well |about )?years\b(?= *(?:$|[.,!?]|now|of (?:pain|hip|ach|trouble|this|it\b)))"
)


@dataclass(frozen=True)
class Duration:
    """How long, in days; ``vague`` when only "long" is known. ``start``/``end`` are in the text."""

    days: float
    vague: bool
    start: int
    end: int


@dataclass(frozen=True)
class Calendar:
    """Days people count from: ``yearly`` to each (month, day) in a year, ``once`` to a date."""

    yearly: Mapping[str, tuple[tuple[int, int], ...]]
    once: Mapping[str, date]


@lru_cache(maxsize=1)
def calendar() -> Calendar:
    """The days of ``rules/calendar.yml``."""
    raw = read_rules("calendar")
    return Calendar(
        yearly={
            words: tuple((month, day) for month, day in (days if isinstance(days[0], list) else [days]))
            for words, days in raw["yearly"].items()
        },
        once={words: date(*parts) for words, parts in raw["once"].items()},
    )


def _number(words: str) -> float:
    words = words.strip().removesuffix("+")
    if match := re.match(r"\d+(?:[.,]\d+)?", words):
        return float(match.group().replace(",", "."))
    if words.startswith("half"):
        return 0.5
    words = re.split(r" (?:or|to) ", words)[0]
    total = 0.0
    for word in re.split(r"[ -]", words):
        if word in ("a", "of", "o") and len(words) > 2:
            continue
        total = (total or 1) * 100 if word == "hundred" else total + _NUMBERS.get(word, 0)
    return total or 1


#: Told as over: "lasted eight months in 2014, then it went".
_OVER = re.compile(r"\b(?:lasted|took|was off)\b[^.;]*$")


#: "no trouble until last week": what ends there is the time without pain.
_TILL = re.compile(
    r"\b(?:no (?:bother|trouble|pain|problems?|issues?|hassle|complaints)|(?:been |was |were |all )(?:fine|good|great"
    r"|well|ok|okay|perfect|grand)|never (?:a |any |been a |had any )?(?:hurt|ached|gave me|problem|trouble|bother)"
    r"|pain[- ]free)\b[^.;!?]{0,30}\b(?:until|till|til|before)\b"
)
#: The present spell began: "it came back on"
_AGAIN = r"(?:it|this|that|pain|ache|trouble|hip|groin)(?:'s| has| just| then| all)* (?:(?:came|come) back|returned|started (?:up )?again|flared(?: up)?(?: again)?)(?: again)?(?: on| at| over| in| around)?"
#: What a day or a year to count from follows: "since", "started in", "began around". Without it nothing needs to be looked for.
_LEAD = re.compile(
    r"\b(?:(?:ever )?since|since (?:i|i've|we|my|the|having|starting|getting|moving)\b(?![^.,;]{0,40}(?:replac|operat"
    r"|surgery|\bop\b|\bdone\b|diagnos|scan|x-ray))[^.,;]{2,40}? (?:in|at)|from|(?:started|began)(?: hurting| aching"
    r"| to hurt| to ache| playing up| acting up| giving me (?:trouble|gyp|jip|grief)| bothering me)? (?:in|on|round"
    r"|around|last|back in|at|about)|(?:came|come|coming) on (?:at|in|round|around|about|last)|(?:noticed"
    r"|felt) (?:(?:it|this|the pain|something) )?(?:first )?(?:(?:on|at|during) (?:[\w']+ ){1,3}?)?(?:in|around"
    r"|back in)|diagnosed (?:with [a-z ]{3,40} )?(?:in|back in)|diagnosed(?= (?:19|20)\d\d)|arthritis (?:diagnosed )?(?:in|from)"
    r"|dates? (?:back )?to|(?:that|which) was|going (?:on )?since|goes back to|dat(?:es|ing) from|(?:started|began"
    r"|appeared|arrived|flared) (?:at|on|over|around|during|after)|(?:began|started|came) (?:\w+ ){1,5}?at|"
    + _AGAIN
    + "|"
    + _TILL.pattern
    + r")(?: about| around| round| roughly| before| the| early| late| mid| end of| start of| beginning of| middle of)*"
)


#: What began has not ended: with it, "in March" is as good as "since March".
_LASTS = re.compile(
    r"\b(?:still (?:(?:isn't|aren't|ain't|is|are|it|she|he|i'm|not|very|quite|a bit|so) )?(?:right|hurt\w*|sore\w*"
    r"|ach\w+|pain\w*|limp\w*|bother\w*|there|giv\w+|wak\w+|stiff\w*|not|bad|swollen|tender|grumbl\w*|nagg\w*|niggl\w*"
    r"|bugg\w*|play\w*|feel\w*|suffer\w*|struggl\w*)"
    r"|(?:has|have|had|is|does|did|will|wo|ca)n't (?:\w+ ){0,2}?(?:settl\w*|gone?|been (?:\w+ )?(?:right|the same|good)"
    r"|heal\w*|clear\w*|shift\w*|eas\w*|let up|calm\w*|stop\w*|improv\w*|better|left|quit\w*|right|recover\w*|go away)"
    r"|never (?:\w+ ){0,2}?(?:left|settled|right|went|gone|better|healed|cleared|recovered|the same|quit\w*|stopped"
    r"|let up|eased|shifted|back to)"
    r"|(?:it|hip|hips|groin|this|that|side|leg)(?:'s| has| have) (?:been )?(?:\w+ ){0,2}?(?:hurt\w*|ach\w+|sore"
    r"|bother\w*|bugg\w*|plagu\w*|niggl\w*|troubl\w*|painful|stiff|giv\w+ me)"
    r"|ever since|(?:not|no|never|without)\b[^.;!?]{0,40}\bsince\b|since then|and since)\b"
)
#: Where a time stands that is no "since".
_WHEN = (
    r"(?:(?:^|\b(?:back )?(?:in|for|over|at|during|around|about|on)\b|\bthe\b|(?<=[.,;!?] ))"
    r"(?: ?\b(?:about|around|the|early|late|mid|last|this|end of|start of|beginning of|middle of)\b)* ?)"
)
#: What "the autumn before last" and "Diwali last year" add to a day of the calendar.
_WHICH_YEAR = r"(?: (?:of |in )?(?:(?P<year>(?:19|20)\d\d)|(?P<last>last year)|(?P<before>before last)))?\b"
#: An operation or a test, after which it is no news that it hurts.
_OPERATION = re.compile(
    r"\b(?:replac\w+|artificial|swapped|operat\w+|op|surg\w+|arthr\w+|resurfac\w*|hemi\w*|new hip|done|fitted"
    r"|prosthe\w+|implant\w*|false|ceramic|titanium|injection|jab|x-ray\w*|scan\w*|mri|appointment|diagnos\w+|referr\w+"
    r"|saw|seen)\b"
)


#: "she started school in September": what began then is no pain.
_STARTED = re.compile(
    r"\b(?:start\w*|beg[iau]n\w*|goes to|went to|off to) (?:school|nursery|reception|uni\w*|college|work"
    r"|a (?:new )?job)\b[^.;!?]{0,15}$"
)


def _lasting(text: str, follows: str, today: date) -> list[Duration]:
    """Durations of what happened at a time and has not gone since: "I slipped in March and it still isn't right"."""
    if not _LASTS.search(text):
        next_sentence = re.split(r"(?<=[.;!?]) ", follows.strip())[0]
        if not _LASTS.search(f"{text} {next_sentence}") or _SPAN.search(next_sentence):
            return []  # "the baby arrived in March. My hip has been sore for ten days"
    return [
        span
        for span in _since(text, today, _WHEN)
        if not any(words.search(text[: span.start]) for words in (_OPERATION, _LIFE_CLAUSE, _STARTED))
    ]


def _since(text: str, today: date, leads: str | None = None) -> list[Duration]:
    """Durations of "since …": a year, a month, a season, a feast, a weekday, an era. Other words than "since" in ``leads``."""
    found = []
    lead = leads or _LEAD.pattern + " "

    def add(days: float, match: re.Match[str]) -> None:
        before = re.split(r"[.;!?]", text[: match.start()])[-1]
        about_surgery = (
            not leads
            and not match.group().startswith("arthritis")
            and _EVENT_NOUN.search(before)
            and not _HURTS.search(before)
        ) and not _TILL.match(match.group())
        about_life = not leads and _about_life(before, text[match.end() :])
        if days >= 0 and not about_surgery and not about_life:
            found.append(Duration(days, False, match.start(), match.end()))

    led = re.search(lead, text) is not None

    def after_lead(words: str) -> Iterable[re.Match[str]]:
        return re.finditer(lead + words, text) if led else ()

    for match in after_lead(r"(?:this|the) (?P<period>week|month|year)\b"):
        begun = {"week": today.weekday(), "month": today.day, "year": today.timetuple().tm_yday}
        add(begun[match["period"]], match)
    for match in after_lead(r"(?P<year>(?:19|20)\d\d)\b"):
        add((today.year - int(match["year"])) * 365.25 or 60, match)
    for match in after_lead(
        r"(?:the )?(?:(?P<day>[12]?\d|3[01])(?:st|nd|rd|th)? (?:of )?)?(?:last |this )?(?P<month>"
        + "|".join(_MONTHS)
        + r")(?: (?:the )?(?P<day2>[12]?\d|3[01])(?:st|nd|rd|th)?\b)?"
        + _WHICH_YEAR
    ):
        month, day = _MONTHS.index(match["month"]) + 1, int(match["day"] or match["day2"] or 0)
        year = (
            int(match["year"])
            if match["year"]
            else today.year - 1
            if match["last"]
            else today.year
            - bool(match["before"])
            - ((month, day) > (today.month, today.day) or (month == today.month and "last" in match.group()))
        )
        day = min(day, 28) or (15 if (year, month) != (today.year, today.month) else 1)
        add((today - date(year, month, day)).days, match)
    for match in re.finditer(
        rf"(?:\b(?:since|from|after|(?:started|began|came on) (?:on|over|at|around|during|after))"
        rf"|{_TILL.pattern}) (?:my|our|the|i|we|he|she|his|her|they) [^.;,]{{3,40}}? in (?P<month>"
        + "|".join(_MONTHS)
        + r")\b(?! (?:19|20)\d\d)",
        text,
    ):
        month = _MONTHS.index(match["month"]) + 1
        if month != today.month and (
            re.match(rf"started|began|came|{_TILL.pattern}", match.group())
            or _PAIN.search(text[: match.start()] + text[match.end() :])
        ):
            add((today - date(today.year - (month > today.month), month, 15)).days, match)
    for match in re.finditer(r"\bsince [^.;,]{3,40}? in (?P<year>(?:19|20)\d\d)\b", text):
        if _PAIN.search(text[: match.start()] + text[match.end() :]) and not _NO_PAIN.search(text):
            found.append(
                Duration((today.year - int(match["year"])) * 365.25 or 60, False, match.start(), match.end())
            )
    for words, days_of_year in calendar().yearly.items():
        for match in after_lead(words + _WHICH_YEAR):
            if match["year"] or match["last"]:
                of = int(match["year"] or today.year - 1)
                add(max((today - date(of, *days_of_year[0])).days, 0), match)
                continue
            days, month = min(
                ((today - date(today.year - ((m, d) >= (today.month, today.day)), m, d)).days, m)
                for m, d in days_of_year
            )
            if match["before"] or ("last" in match.group() and days < 120 and month in (4, 7, 10)):
                days += 365
            add(days, match)
    for words, day_of in calendar().once.items():
        for match in after_lead(words + r"\b"):
            add((today - day_of).days, match)
    for match in re.finditer(
        r"\b(?:since|from|start\w*|began|on)(?: on| around)? (?P<d>\d{1,2})[/.](?P<m>\d{1,2})[/.](?P<y>20\d\d|\d\d)\b",
        text,
    ):
        day_first = (int(match["m"]), int(match["d"]))
        month, day = day_first if day_first[0] <= 12 else day_first[::-1]
        if 1 <= month <= 12 and 1 <= day <= 28:
            add((today - date(2000 + int(match["y"]) % 100, month, day)).days, match)
    for match in re.finditer(
        r"\b(?:in|from|since|back in) (?:the )?(?:early |mid |late |mid-)?(?:(?:19)?[5-9]0'?s|sixties|seventies"
        r"|eighties|nineties|noughties|00s)\b",
        text,
    ):
        if re.search(r"\b(?:since|still|never|now)\b", text):
            add(15 * 365.25, match)
    for match in after_lead(r"last year\b"):
        add(365, match)
    for match in after_lead(r"last month\b"):
        add(30, match)
    for match in after_lead(
        r"(?:last week|(?:the |last )?weekend|(?:last |this )?(?:mon|tues|wednes|thurs|fri|satur|sun)day(?:'?s)?|yesterday"
        r"|today|this morning|last night|the other day)\b"
    ):
        add(0.5 if "morning" in match.group() or "today" in match.group() else 5, match)
    return found


#: "shearer for", "I was a postman for"
_BY_TRADE = re.compile(
    r"\W*(?:(?:i|he|she|i'm|i've|he's|she's|was|been|am|is|a|an|ex) )*(?!(?:suffer|worse|stiff|sore|hard|slow|weak"
    r"|sharp|dull|bother|never|ever|old|long|great|fever|cancer|disorder|other|after|under|over|shoulder|martyr"
    r"|prisoner)\w* for)"
    r"\w+(?:er|or|ist|man|woman|nurse|teacher|driver|postie|chef|cook|guard|clerk|soldier|dancer) for\W*$"
)


#: Two words that are one: no clause begins at "and" in "on and off".
_TWICE = re.compile(
    r"\b(on|off|again|over|years|months|weeks|worse|more) and (on|off|again|over|years|months|weeks|worse|more)\b"
)


def _about_life(before: str, after: str, *, vague: bool = False) -> bool:
    """Whether the clause around a span of time, a ``vague`` one only by what it names, is not about the complaint."""
    before = _TWICE.sub(r"\1-\2", before)
    *earlier, start = re.split(r",| and | so | - ", before)
    if earlier and re.match(
        r"\W*(?:(?:i|he|she)(?:'ve|'s)? )?(?:have|has|had)?(?: been)? ?(?:done|doing)(?: so| it| that)?(?: for)?\W*$",
        start,
    ):
        return not _PAIN.search(earlier[-1])  # "I play bowls and have done for 20 years"
    rest = re.split(r"[,.;!?]| and | but | so | - ", after)[0][:40]
    clause = f"{start} {rest}"
    if re.match(
        r"\W*(?:drove|worked|taught|nursed|farmed|served|laid|built|cleaned|fished|kept|bred|coached|refereed|cycled|rode"
        r"|danced|swam|ran|played|lived)\b(?: \w+){0,3}\W*$|\W*(?:walking|running|swimming|cycling|dancing|playing|working|living|farming|teaching|golfing|rambling)\W*$",
        start,
    ) or _BY_TRADE.match(start):
        return True
    if _LIFE_CLAUSE.search(clause):
        return not re.search(
            r"\b(?:hips?|pain\w*|hurt\w*|sore|ach\w+|stiff\w*|groin|limp\w*|pinch\w*|twing\w*|throb\w*|niggl\w*|sciatic\w*|piriformis|bursitis|arthrit\w*"
            r"|with (?:it|this))\b",
            clause,
        )
    if _LIFE.search(before) and not _PAIN.search(before + " " + rest):
        return True
    return not vague and not _COMPLAINT.search(clause) and len(clause.split()) > 7


#: "stiff for half an hour in the morning", "sore after an hour of walking"
_A_SPELL = re.compile(
    r"\b(?:mornings?|stiff\w*|loosen\w*|get(?:ting)? going|each|every|walk\w*|sit\w*|stand\w*|driv\w*|lying|after)\b"
)
#: "still hurts after four months of rest"
_STILL_AFTER = re.compile(
    r"\bstill (?:\w+ )?(?:hurt\w*|sore|ach\w+|painful|stiff|there|bad|at it|like this|going|not right)(?: even)? after $"
)


#: "started hurting the year I retired, four years back"
_BEGAN_THE_YEAR = re.compile(
    r"\b(?:start\w*|began|came on|first)\b.*\bthe (?:year|month|week|day|summer|winter|spring|autumn) (?:i|we|he|she)\b"
)
#: Before "a day", that it is a time and not how often: "how many steps a day".
_FOR_A_DAY = re.compile(
    r"(?:^|\b(?:for|about|only|just|been|than|nearly|almost|over|within|it's|hurt\w*|sore|ach\w+|pain|or|maybe|now) |[,.;] )$"
)
#: Of a number of years, that it is a time and no age.
_COUNTS = re.compile(
    r"\b(?:for|since|over|past|last|these|after|been|than|about|around|nearly|almost|some) $"
)
_AGO_OR_NOW = re.compile(r"\s*(?:ago|back|of|now|and counting|with)\b")


def durations(text: str, today: date, follows: str = "") -> list[Duration]:
    """All spans of ``text`` (normalised) that say how long it has hurt, in order; ``follows`` is what the message says after it.

    Spans that are an age, a dose, a hold, a plan or the date of an operation or injury are left out.
    """
    found: list[Duration] = []
    for match in _SPAN.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        if match["unit"] in ("minute", "hour") and _A_SPELL.search(before + after[:40]):
            continue  # how long a spell of it lasts, not since when
        if match["unit"] == "month" and re.search(r"\b(?:walk|crawl|talk|sit|stand)\w*(?: up)? at $", before):
            continue  # "started walking at 14 months"
        if match.group() == "one day" and re.search(r"\b(?:if|suppose|say|maybe|perhaps) $", before):
            continue  # "if one day it swells"
        if match.group() == "a day" and not _FOR_A_DAY.search(before):
            continue  # "how many steps a day"
        if match["unit"] == "night" and before.endswith("not "):
            continue  # "not one night's sleep"
        still = _STILL_AFTER.search(before) and match["unit"] in ("week", "month", "year")
        as_old = (
            match["unit"] in ("day", "week", "month") and after.startswith(" old") and _AS_OLD.search(before)
        )
        after_all = before.endswith("after ") and _OF_PAIN.match(after)  # "after a year of pain"
        lately_after = (
            match["unit"] in ("day", "week") and re.match(r" after\b", after) and _HURTS.search(before)
        )
        if not (still or as_old or after_all or lately_after) and (
            _NOT_PAIN_AFTER.match(after) or _NOT_PAIN_BEFORE.search(before)
        ):
            continue
        recent_injury = bool(_INJURY.search(before[-60:])) and _AGO.match(after) is not None
        if (
            match["unit"] == "week"
            and not re.match(r"\s*into (?:this|my|a|the|it)\b", after)
            and (
                _SO_MANY_WEEKS_ALONG.search(before)
                or (
                    _PREGNANT_BEFORE.search(before)
                    and not re.match(r"\s*(?:ago|of (?:pain|it|this))\b", after)
                )
            )
        ):
            continue  # "I'm 27 weeks": how far a pregnancy is, or an operation back
        if _EARLIER_SPELL.search(before) or _NO_TIME.search(before):
            continue
        if _SPELL_OVER.match(after + follows):
            continue
        count = _number(match["n"])
        days = count * DAYS[match["unit"]]
        if _REFERS_BACK.search(before) and _HURTS.search(before) and not _NO_PAIN.search(before):
            found.append(Duration(days, False, match.start(), match.end()))
            continue
        clause = re.split(r"[.;!?]| but | and now | now | and $", before)[-1]
        if recent_injury and days < CHRONIC_DAYS:
            found.append(Duration(days, False, match.start(), match.end()))
            continue
        of_the_pain = (
            _ONSET_AFTER.match(after)
            or _SINCE_THEN.match(after)
            or _IT_BEGAN.search(clause)
            or _HURTS_SINCE.search(clause)
            or (_COUNTED_FROM.search(clause) and _AND_HURTS.match(after))
            or _OF_PAIN.match(after)
        )
        ago = _AGO.match(after)
        if (
            _EVENT_NOUN.search(clause)
            and not of_the_pain
            and not _BEGAN_THE_YEAR.search(clause)
            and (ago or not re.search(r"\b(?:pain|hurt\w*|sore|ach\w+|stiff)\b[^,]*$", clause))
        ):
            continue
        if _about_life(clause, after):
            continue
        lately = days < CHRONIC_DAYS and _AND_NOW.match(after)
        if ago and not (of_the_pain or lately) and not _ONSET.search(clause):
            continue
        if _OVER.search(clause) and re.search(
            r"\b(?:then|before|but) (?:it |that )?(?:\w+ ){0,3}?(?:went|left|gone|stopped|cleared|eased|vanished"
            r"|settled|healed|better)\b",
            after,
        ):
            continue
        if re.search(r"\bquarter of $", before) or re.search(r"\bquarter of a $", before):
            count = 0.25
        if match["unit"] == "year" and re.search(r"\b(?:i'm|she's|he's|is|am)\s*$", before):
            continue
        if match["unit"] == "year" and count >= 40 and before.endswith(", ") and re.match(r"[,.]|$", after):
            continue  # "fell last week, 71 yrs, can walk"
        if (
            match["unit"] == "year"
            and count >= 50
            and not (_COUNTS.search(before) or _AGO_OR_NOW.match(after))
        ):
            continue  # "max dose 65 yrs": an age
        if match["half"] or match["half2"]:
            count += 0.5
        if (
            re.search(
                r"\b(?:under|less than|nearly|almost|not quite|not even|barely|no more than|at most|just shy of) $",
                before,
            )
            and count * DAYS[match["unit"]] <= 92
        ):
            count *= 0.9
        if match["unit"] == "month" and count == 1 and re.search(r"\blast $", before):
            continue
        found.append(Duration(count * DAYS[match["unit"]], False, match.start(), match.end()))
    found += _since(text, today)
    if not found:
        found += _lasting(text, follows, today)
    for match in re.finditer(r"\b(?:for|these) (?:the (?:last|past) )?weeks\b(?: now| and weeks)?", text):
        if not re.search(r"(?:hospital|off work|away|bed) $", text[: match.start()]):
            found.append(Duration(28, True, match.start(), match.end()))
    for match in re.finditer(
        r"\bsince (?!.{0,40}(?:replac|operation|surgery)).{3,40}? (?:on (?:mon|tues|wednes|thurs|fri|satur|sun)day"
        r"|last (?:week|night|weekend)|yesterday|this (?:morning|week)|the other day)\b",
        text,
    ):
        found.append(Duration(5, False, match.start(), match.end()))
    for match in _VAGUE_LONG.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        if re.match(r"^\s*(?:old|ago|back)\b", after) and not (
            _ONSET.search(before) or _REFERS_BACK.search(before)
        ):
            continue
        if _SPELL_OVER.match(after + follows):
            continue
        if match.group().endswith("ago") and not _ONSET.search(before):
            continue
        if (
            (not match.group().startswith("it"))
            and re.search(
                r"\b(?:no trouble|no pain|no bother|fine|grand|great|perfect|brilliant|lovely|pain[- ]free|any trouble"
                r"|hospital|quiet|how|in|few|couple of|two|three|\d) (?:for )?$",
                before,
            )
        ) or re.search(
            r"(?:no trouble|fine|pain[- ]free|mended|healed|(?:been|long|all|it's|that's) gone|right as (?:rain"
            r"|ninepence))[^.;]{0,12}$",
            before,
        ):
            continue
        if (
            match.group() == "years"
            and not _YEARS_ALONE.match(text)
            and not re.search(r"\b(?:for|of|been|going|over|in) $", before)
        ):
            continue
        if "ages" in match.group() and _FOR_A_SPELL.search(before):
            continue  # how long one sat, not since when it hurts
        if _NO_TIME.search(before) or _about_life(re.split(r"[.;!?]", before)[-1], after, vague=True):
            continue
        if any(d.start <= match.start() < d.end for d in found):
            continue
        found.append(Duration(3 * 365.25, True, match.start(), match.end()))
    if not found:
        found += [Duration(3, False, m.start(), m.end()) for m in _RECENTLY.finditer(text)]
    return sorted(found, key=lambda d: d.start)
