// The shapes of docs/chat_api.md, for the type check only; not served.

interface Choice {
  id: string;
  title: string;
  says?: string;
}

interface Card {
  kind: string;
  heading?: string;
  call?: string;
  title?: string;
  reviewed?: string;
  status?: string;
  id?: string;
  position?: string;
  steps?: string[];
  dose?: string;
  skip?: string;
  pain?: string;
  stop?: string;
  sides?: "both" | "together";
  hold_seconds?: number;
  repeats?: { min: number; max: number };
  summary?: string[];
  phone?: string;
  booking_link?: string;
  email?: string;
}

interface Message {
  text: string;
  choices?: Choice[];
  card?: Card;
}

interface Turn {
  turn: string;
  messages: Message[];
  advice: { topics: string[]; urgency: string; facts: Record<string, unknown> };
  text?: string;
  chosen?: boolean;
  rating?: "up" | "down";
}

interface Opening {
  notice: string;
  emergency: string;
  welcome: { text: string; choices: Choice[] };
  start_over: Choice;
  safety: Message[];
  session?: string;
  turns?: Turn[];
}

interface Fact {
  id: string;
  text: string;
  answer: string;
  choices: Choice[];
}

/** What the visitor said and what became of it. */
interface Outgoing {
  turn: string;
  text: string;
  choice?: string;
  tried?: boolean;
  failed?: boolean;
}

/** What is kept for the tab. */
interface Kept {
  session?: string;
  outgoing?: Outgoing[];
  draft?: string;
  open?: boolean;
  safety?: Message[];
}

type Store = Kept & { outgoing: Outgoing[] };

type Texts = typeof import("./hip-chat.en.json");

/** Attributes of an element; `on…` functions become listeners, true an empty attribute; false is left out. */
type Props = Record<string, string | number | boolean | ((event: any) => void)>;
type Part = Node | string | false | null | undefined | Props;
type El = <K extends keyof HTMLElementTagNameMap>(tag: K, ...parts: Part[]) => HTMLElementTagNameMap[K];

/** What drawing needs to know: the words, where the server is, how to tell the visitor. */
interface Setting {
  t: Texts;
  base: string;
  say: (words: string) => void;
}
type Draw = (text: string, card?: Card) => Part[];
