// The shapes of docs/chat_api.md, for the type check only; not served.

export interface Choice {
  id: string;
  title: string;
  says?: string;
}

export interface Card {
  kind: "emergency" | "urgent" | "soon" | "answer" | "exercise" | "outcome" | "clinic" | "fallback";
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

export interface Message {
  text: string;
  choices: Choice[];
  card?: Card;
}

export interface Turn {
  turn: string;
  messages: Message[];
  advice: { topics: string[]; urgency: string; facts: Record<string, unknown> };
  text?: string;
  chosen?: boolean;
  rating?: "up" | "down";
}

export interface Opening {
  notice: string;
  emergency: string;
  welcome: { text: string; choices: Choice[] };
  start_over: Choice;
  safety: Message[];
  session?: string;
  turns?: Turn[];
}

export interface Fact {
  id: string;
  text: string;
  answer: string;
  choices: Choice[];
}

/** What the visitor said and what became of it. */
export interface Outgoing {
  turn: string;
  text: string;
  choice?: string;
  tried?: boolean;
  failed?: boolean;
}

/** What is kept for the tab. */
export interface Kept {
  session?: string;
  outgoing?: Outgoing[];
  draft?: string;
  open?: boolean;
  emergency?: string;
  safety?: Message[];
}
