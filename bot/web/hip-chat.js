// <hip-chat>: the assistant on any page (docs/widget.md). Text is only ever set as text, never as HTML.
// @ts-check
/** @import { Choice, Fact, Kept, Message, Outgoing, Turn } from "./chat-api" */
/** @import { Setting } from "./hip-chat-cards.js" */
import { button, draw, el, fill } from "./hip-chat-cards.js";

const LONGEST = 2000;
const COUNT_FROM = 200;
const PATIENCE = 30_000;

/** @param {HTMLElement} host @param {ShadowRoot} root @param {Setting} setting */
function chat(host, root, setting) {
	const { t, base } = setting;
	const floating = host.hasAttribute("floating");
	const title = host.getAttribute("heading") ?? t.title;
	/** @type {Kept} */
	let kept = {};
	/** @type {Promise<boolean> | undefined} */
	let begun;
	let sending = Promise.resolve();
	/** @type {Choice | undefined} */
	let startOver;

	// ---- frame

	const launcher = button(t.launch, () => open(), { class: "launcher", "aria-haspopup": "dialog" });
	const notedButton = button(t.noted, toggleNoted, { "aria-expanded": "false", "aria-controls": "noted" });
	const emergency = el("p", { class: "line" }, t.emergency);
	const noted = el("section", { id: "noted", hidden: true, tabindex: -1, "aria-label": t.noted });
	const log = el("div", { role: "log", tabindex: 0, "aria-label": t.log });
	const status = el("p", { role: "status" });
	const text = el("textarea", { id: "text", rows: 2, enterkeyhint: "send", "aria-describedby": "left", oninput: typed });
	const left = el("p", { id: "left", role: "status" });
	const form = el(
		"form",
		{ onsubmit: submit },
		el("label", { for: "text" }, t.label),
		text,
		el("button", { class: "main" }, t.send),
		left,
	);
	const panel = el(
		"section",
		{ class: "panel", "aria-labelledby": "title", role: floating && "dialog", tabindex: floating && -1, hidden: floating },
		el("header", {}, el("h2", { id: "title" }, title), notedButton, floating && button(t.close, close)),
		emergency,
		noted,
		log,
		status,
		form,
	);
	text.addEventListener("keydown", (event) => {
		// while an input method is composing, Enter belongs to it (229: Safari)
		if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) submit(event);
	});
	panel.addEventListener("keydown", (event) => {
		if (event.key !== "Escape" || event.isComposing) return;
		if (!noted.hidden) toggleNoted();
		else if (floating) close();
	});
	root.append(floating ? el("section", { class: "corner", "aria-label": title }, launcher, panel) : panel);

	function open(focus = true) {
		panel.hidden = false;
		launcher.hidden = true;
		keep({ open: true });
		if (focus) panel.focus(); // not the text box: a phone's keyboard would cover the notice
		begin();
	}

	function close() {
		panel.hidden = true;
		launcher.hidden = false;
		keep({ open: false });
		launcher.focus();
	}

	/** Keeps for the tab; without storage the chat lasts as long as the page. @param {Kept} [news] */
	function keep(news) {
		Object.assign(kept, news);
		try {
			sessionStorage.setItem(`hip-chat ${base}`, JSON.stringify(kept));
		} catch {}
	}

	function say(words = "", busy = false) {
		status.textContent = words;
		status.classList.toggle("busy", busy);
	}

	function typed() {
		const n = LONGEST - [...text.value].length;
		// in steps, so that a screen reader is not told of every key
		left.textContent = n > COUNT_FROM ? "" : n < 0 ? fill(t.over, { n: -n }) : fill(t.left, { n: Math.ceil(n / 20) * 20 });
		text.setAttribute("aria-invalid", `${n < 0}`);
		keep({ draft: text.value });
	}

	function write(words = "") {
		text.value = words;
		typed();
	}

	/** @param {Event} event */
	function submit(event) {
		event.preventDefault();
		const words = text.value.trim();
		if (!words || [...words].length > LONGEST) return text.focus();
		write();
		send(words);
	}

	// ---- server

	/**
	 * The answer of the chat API; `error` says why there is none, `status` 0 that nothing came back.
	 * @returns {Promise<any>}
	 */
	async function post(path = "", body = {}) {
		try {
			const response = await fetch(`${base}webhooks/chat/${path}`, {
				method: "POST",
				headers: { "Content-Type": "application/json" },
				body: JSON.stringify({ session: kept.session, ...body }),
				signal: AbortSignal.timeout(PATIENCE),
			});
			return { ...(await response.json()), status: response.status };
		} catch {
			return { status: 0, error: { message: navigator.onLine ? t.notSent : t.waiting } };
		}
	}

	/** Opens the chat or reads it back, once; whether that went well. */
	const begin = () =>
		(begun ??= (async () => {
			let opening = await post(kept.session ? "history" : "session");
			const expired = opening.status === 401 && opening.error.message;
			if (expired) {
				keep({ session: undefined });
				opening = await post("session");
			}
			say(expired || opening.error?.message);
			if (opening.error) {
				begun = undefined;
				safety(opening);
				return false;
			}
			const { session = kept.session, safety: card, turns = [] } = opening;
			keep({ session, safety: card, emergency: opening.emergency });
			emergency.textContent = opening.emergency;
			startOver = opening.start_over;
			log.setAttribute("aria-live", "off"); // what was said before is not news
			const link = el("a", { href: `${base}privacy`, target: "_blank" }, t.privacy);
			log.append(el("div", { class: "bubble notice" }, el("p", {}, opening.notice), link));
			bubble(opening.welcome);
			for (const turn of turns) {
				visitor(turn, turn.chosen);
				reply(turn);
			}
			for (const item of kept.outgoing ?? []) visitor(item);
			log.scrollTop = turns.length ? log.scrollHeight : 0;
			setTimeout(() => log.removeAttribute("aria-live"), 500);
			pump(true);
			return true;
		})());

	function send(words = "", choice = "") {
		const item = { turn: crypto.randomUUID(), text: words, choice };
		keep({ outgoing: [...(kept.outgoing ?? []), item] });
		show(visitor(item), true);
		pump();
	}

	/** Sends what waits, one after the other. */
	function pump(failedToo = false) {
		if (failedToo) for (const item of kept.outgoing ?? []) item.failed = false;
		sending = sending.then(async () => {
			let item;
			while ((item = kept.outgoing?.find((one) => !one.failed)) && (await deliver(item)));
		});
	}

	/** Whether the next may follow. @param {Outgoing} item */
	async function deliver(item) {
		const { turn, choice, tried: again = false } = item;
		note(item).replaceChildren();
		say(t.writing, true);
		if (!(await begin())) return note(item, t.notSent, t.again, () => retry(item)), false;
		item.tried = true;
		keep();
		const answer = await post("messages", { turn, again, ...(choice ? { choice } : { text: item.text }) });
		say();
		if (answer.error) {
			item.failed = answer.status > 0 || navigator.onLine;
			keep();
			const lost = answer.status === 401;
			note(item, answer.error.message, item.failed && (lost ? t.newChat : t.again), () => (lost ? renew(item) : retry(item)));
			safety(answer);
			return item.failed; // without a connection the event "online" goes on
		}
		drop(item);
		show(reply(answer));
		return true;
	}

	/** @param {Outgoing} item */
	const drop = (item) => keep({ outgoing: kept.outgoing?.filter((one) => one !== item) });

	/** @param {Outgoing} item */
	function retry(item) {
		item.failed = false;
		pump();
	}

	/** A new chat below what is on the page; words that were not sent go back into the box. @param {Outgoing} [item] */
	function renew(item) {
		keep({ session: undefined, outgoing: [] });
		begun = undefined;
		if (item && !item.choice && !text.value) write(item.text);
		text.focus();
		begin();
	}

	/** The card for when no answer can be had: the server's, the one kept, or the page's own. */
	function safety({ status = 0, messages = kept.safety }) {
		if ((status > 0 && status < 500) || log.lastElementChild?.matches(".fallback")) return;
		if (messages) return show(messages.map(bubble)[0]);
		const card = { kind: /** @type {const} */ ("fallback"), heading: t.helpNow };
		show(bubble({ text: t.unreachable, choices: [], card })).append(el("slot"));
	}

	// ---- log

	/** Brings what is new into view; the focus stays. @param {HTMLElement} [node] */
	function show(node = log, end = false) {
		if (log.scrollHeight <= log.clientHeight + 1) node.scrollIntoView({ block: "nearest" });
		else {
			log.scrollTop = end ? log.scrollHeight : node.offsetTop - log.offsetTop - 8;
			panel.scrollIntoView({ block: "nearest" });
		}
		return node;
	}

	const who = (words = "") => el("span", { class: "sr" }, `${words} `);

	/** What the visitor said. @param {Outgoing} item */
	function visitor(item, chosen = false) {
		const node = el("div", { class: "bubble visitor" }, who(t.you), item.text);
		if (chosen) {
			const offers = [...log.querySelectorAll(".choices button")].reverse();
			pick(offers.find((one) => one.textContent === item.text));
		}
		log.append(node, el("div", { class: "note", id: item.turn }));
		return node;
	}

	/** The line under a message, for why it was not sent and what to do. @param {Outgoing} item @param {string | false} [label] */
	function note({ turn }, why = "", label = "", onclick = () => {}) {
		const line = root.getElementById(turn) ?? el("div");
		line.replaceChildren(why, label ? button(label, onclick) : "");
		return line;
	}

	/** @param {Element} [picked] */
	function pick(picked) {
		for (const one of picked?.parentElement?.children ?? []) one.setAttribute("aria-disabled", "true");
		picked?.setAttribute("aria-pressed", "true");
		picked?.append(el("span", { class: "sr" }, ` ${t.picked}`));
	}

	/** Where the reply starts. @param {Turn} turn */
	function reply({ messages, advice, turn, rating }) {
		const [first] = messages.map(bubble);
		const alarm = ["emergency", "urgent"].includes(advice.urgency);
		if (!alarm && (advice.topics.length || messages.some(({ card }) => card?.kind === "outcome"))) verdict(turn, rating);
		return first;
	}

	/** @param {Message} message */
	function bubble({ text: words, choices, card }) {
		const node = el("div", { class: `bubble ${card?.kind ?? ""}` }, who(t.assistant), ...draw(words, card, setting));
		log.append(node);
		const buttons = choices.map(({ id, title: label }) => {
			const one = button(label, () => {
				if (one.ariaDisabled) return;
				pick(one);
				send(label, id);
			});
			return one;
		});
		if (buttons[0]) log.append(el("div", { class: "row choices", role: "group", "aria-label": t.choices }, ...buttons));
		return node;
	}

	/** Thumbs up or down, with a word if the visitor likes. */
	function verdict(turn = "", rating = "") {
		const id = `why-${turn}`;
		const comment = el("input", { id, maxlength: 300, autocomplete: "off" });
		const more = el("form", { hidden: true, onsubmit: rate }, el("label", { for: id }, t.why), comment, el("button", {}, t.send));
		const thumbs = /** @type {const} */ (["up", "down"]).map((way) =>
			button("", () => ((rating = way), rate()), { class: way, "aria-label": t[way], "aria-pressed": `${rating === way}` }),
		);
		/** @param {Event} [event] */
		async function rate(event) {
			event?.preventDefault();
			const { error } = await post("feedback", { turn, rating, comment: comment.value });
			say(error?.message ?? t.thanks);
			if (error) return;
			for (const one of thumbs) one.ariaPressed = `${one.className === rating}`;
			if (event) thumbs[0]?.focus();
			more.hidden = !!event;
		}
		log.append(el("div", { class: "row verdict", role: "group", "aria-label": t.helpful }, t.helpful, ...thumbs, more));
	}

	// ---- what I have noted

	async function toggleNoted() {
		noted.hidden = !noted.hidden;
		notedButton.ariaExpanded = `${!noted.hidden}`;
		noted.replaceChildren();
		if (noted.hidden) return notedButton.focus();
		noted.focus();
		if (!(await begin())) return;
		const { facts = [], error } = await post("facts");
		say(error?.message);
		const actions = el("div", { class: "row" });
		if (startOver) actions.append(button(startOver.title, () => correct(startOver)));
		actions.append(button(t.delete, () => askDelete(actions)));
		const list = el("ul", {}, ...facts.map(fact));
		noted.replaceChildren(el("h3", {}, t.noted), el("p", {}, facts[0] ? t.correct : t.nothing), list, actions);
	}

	/** @param {Fact} fact */
	function fact({ text: name, answer, choices }) {
		const ways = choices.map((choice) => button(choice.title, () => correct(choice)));
		const change = el("summary", { "aria-label": `${t.change}: ${name}` }, t.change);
		return el("li", {}, el("span", {}, el("b", {}, name), `: ${answer}`), el("details", {}, change, el("div", { class: "row" }, ...ways)));
	}

	/** A correction is a choice like any other: its answer is the advice that now holds. @param {Choice} [choice] */
	function correct({ id, title: label, says = label } = { id: "", title: "" }) {
		toggleNoted();
		log.focus();
		send(says, id);
	}

	function askDelete(actions = el("div")) {
		const no = button(t.deleteNo, toggleNoted);
		actions.replaceChildren(el("p", {}, t.deleteAsk), button(t.deleteYes, erase), no);
		no.focus();
	}

	async function erase() {
		keep({ outgoing: [] });
		await sending;
		const { status: code, error } = await post("delete");
		if (error && code !== 401) return say(error.message);
		toggleNoted();
		keep({ session: undefined });
		write();
		const again = button(t.newChat, () => (log.replaceChildren(), renew()));
		log.replaceChildren(el("div", { class: "bubble" }, el("p", {}, t.deleted), again));
		again.focus();
	}

	setting.say = say;
	try {
		kept = JSON.parse(sessionStorage.getItem(`hip-chat ${base}`) ?? "{}");
	} catch {}
	if (kept.emergency) emergency.textContent = kept.emergency;
	write(kept.draft);
	addEventListener("online", () => pump(true));
	if (!floating) begin();
	else if (kept.open) open(false);
}

customElements.define(
	"hip-chat",
	class extends HTMLElement {
		async connectedCallback() {
			if (this.shadowRoot) return;
			const file = (name = "") => new URL(name, import.meta.url).href;
			const texts = new URL(this.getAttribute("texts") ?? file("hip-chat.en.json"), document.baseURI);
			const root = this.attachShadow({ mode: "open" });
			root.append(el("link", { rel: "stylesheet", href: file("hip-chat.css") }), el("slot"));
			document.head.append(el("link", { rel: "stylesheet", media: "print", href: file("hip-chat-print.css") }));
			const t = await (await fetch(texts)).json();
			root.lastChild?.remove(); // the page's own words, for as long as there is no chat
			const base = new URL(this.getAttribute("server") ?? file(".."), document.baseURI).href;
			const language = this.closest("[lang]")?.getAttribute("lang") || "en-GB";
			chat(this, root, { t, base, language, say: () => {} });
		}
	},
);
