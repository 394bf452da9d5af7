// <hip-chat>: the assistant on any page (docs/widget.md). Text is only ever set as text, never as HTML.
import { button, cards, el, fill, link, row } from "./hip-chat-cards.js";

const LONGEST = 2000;

/** @param {HTMLElement} host @param {ShadowRoot} root @param {Texts} t */
function chat(host, root, t, base = "") {
	const draw = cards({ t, base, say });
	const floating = host.hasAttribute("floating");
	const title = host.getAttribute("heading") ?? t.title;
	const key = `hip-chat ${base}`;
	/** @type {Store} */
	const kept = { outgoing: [] };
	try {
		Object.assign(kept, JSON.parse(sessionStorage.getItem(key) ?? "{}"));
	} catch {} // without storage the chat lasts as long as the page
	/** @type {Promise<boolean> | undefined} */
	let begun;
	let sending = Promise.resolve();
	/** @type {Choice[]} */
	let startOver = [];

	// ---- frame

	const launcher = button(t.launch, () => toggle(), { class: "launcher" });
	const notedButton = button(t.noted, toggleNoted, { "aria-expanded": "false" });
	const emergency = el("p", { class: "line" }, t.emergency);
	const noted = el("section", { id: "noted", hidden: true, tabindex: -1, "aria-label": t.noted });
	const log = el("div", { role: "log", tabindex: 0, "aria-label": t.log });
	const status = el("p", { role: "status" });
	const text = el("textarea", {
		id: "text",
		rows: 2,
		enterkeyhint: "send",
		"aria-describedby": "left",
		oninput: typed,
		onkeydown(event) {
			// while an input method is composing, Enter belongs to it (229: Safari)
			if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) submit(event);
		},
	});
	const left = el("p", { id: "left", role: "status" });
	const heading = el("h2", { id: "title", tabindex: -1 }, title);
	const covers = matchMedia("(max-width: 30rem)"); // as in hip-chat.css
	const panel = el(
		/** @type {"dialog"} */ (floating ? "dialog" : "section"),
		{
			class: "panel",
			"aria-labelledby": "title",
			onclose: () => panel.open === kept.open || toggle(false), // a phone's back gesture
		},
		el("header", heading, floating && button(t.close, () => toggle(false))),
		emergency,
		noted,
		log,
		status,
		el(
			"form",
			{ onsubmit: submit },
			row(el("label", { for: "text" }, t.label), notedButton),
			text,
			el("button", { class: "main" }, t.send),
			left,
		),
	);
	root.lastChild?.replaceWith(floating ? el("section", { class: "corner", "aria-label": title }, launcher, panel) : panel);

	/** For a floating chat, modal where it covers the page. A phone's keyboard is not to cover the notice. @param {any} focus */
	function toggle(open = true, focus = open ? heading : launcher) {
		panel.close();
		if (open && covers.matches) panel.showModal();
		else panel.open = open;
		launcher.hidden = open;
		keep({ open });
		focus?.focus();
		if (open) begin();
	}

	/** @param {Kept} [news] */
	function keep(news) {
		Object.assign(kept, news);
		try {
			sessionStorage.setItem(key, JSON.stringify(kept));
		} catch {}
	}

	function say(words = "", look = "") {
		status.textContent = words;
		status.className = look;
	}

	function typed() {
		const n = LONGEST - [...text.value].length;
		// in steps, so that a screen reader is not told of every key
		left.textContent = n > 200 ? "" : n < 0 ? fill(t.over, -n) : fill(t.left, Math.ceil(n / 20) * 20);
		text.ariaInvalid = `${n < 0}`;
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
		if (!words || text.ariaInvalid === "true") return text.focus();
		write();
		send(words);
	}

	// ---- server

	/** The answer; `error` says why there is none, `status` 0 that nothing came back. @returns {Promise<any>} */
	async function post(path = "", body = {}) {
		try {
			const response = await fetch(`${base}webhooks/chat/${path}`, {
				method: "POST",
				headers: { "Content-Type": "application/json" },
				body: JSON.stringify({ session: kept.session, ...body }),
				signal: AbortSignal.timeout(30_000),
			});
			return { ...(await response.json()), status: response.status };
		} catch {
			return { status: 0, error: { message: navigator.onLine ? t.notSent : t.waiting } };
		}
	}

	/** Opens the chat or reads it back, once; whether that went well. */
	const begin = () => (begun ??= open());

	async function open() {
		let opening = await post(kept.session ? "history" : "session");
		const expired = opening.status === 401 && opening.error.message;
		if (expired) {
			keep({ session: undefined, outgoing: kept.outgoing.filter((item) => !item.choice) });
			opening = await post("session");
		}
		say(expired || opening.error?.message);
		if (opening.error) {
			begun = undefined;
			safety(opening);
			return false;
		}
		const { session = kept.session, safety: card, turns = [] } = opening;
		keep({ session, safety: card });
		emergency.textContent = opening.emergency;
		startOver = [opening.start_over];
		log.ariaLive = "off"; // what was said before is not news
		bubble({ text: opening.notice, card: { kind: "notice" } }).append(link(`${base}privacy`, t.privacy));
		bubble(opening.welcome);
		for (const turn of turns) {
			visitor(turn, turn.chosen);
			reply(turn);
		}
		for (const item of kept.outgoing) visitor(item);
		log.scrollTop = turns.length ? log.scrollHeight : 0;
		setTimeout(() => (log.ariaLive = null), 500);
		pump(true);
		return true;
	}

	function send(words = "", choice = "") {
		const turn = crypto.getRandomValues(new Uint32Array(4)).join("-");
		const item = { turn, text: words, choice };
		kept.outgoing.push(item);
		keep();
		show(visitor(item), true);
		pump();
	}

	/** Sends what waits, one after the other. */
	function pump(failedToo = false) {
		if (failedToo) for (const item of kept.outgoing) item.failed = false;
		sending = sending.then(async () => {
			let item;
			while ((item = kept.outgoing.find((one) => !one.failed)) && (await deliver(item)));
		});
	}

	/** Whether the next may follow. @param {Outgoing} item */
	async function deliver(item) {
		const { turn, choice, tried: again = false } = item;
		const retry = () => pump(true);
		note(item);
		say(t.writing, "busy");
		if (!(await begin())) return note(item, t.notSent, t.again, retry);
		item.tried = true;
		keep();
		const answer = await post("messages", { turn, again, ...(choice ? { choice } : { text: item.text }) });
		say();
		const { status: code, error } = answer;
		if (!error) {
			keep({ outgoing: kept.outgoing.filter((one) => one !== item) });
			show(reply(answer));
			return true;
		}
		item.failed = code > 0 || navigator.onLine; // without a connection the event "online" goes on
		keep();
		if (code === 401) note(item, error.message, t.newChat, () => renew(item));
		else note(item, error.message, item.failed ? t.again : "", retry);
		safety(answer);
		return item.failed;
	}

	/** A new chat, below; words that were not sent go back into the box. @param {Outgoing} [item] */
	function renew(item) {
		keep({ session: undefined, outgoing: [] });
		begun = undefined;
		if (item && !item.choice && !text.value) write(item.text);
		text.focus();
		begin();
	}

	/** Without an answer: the server's card, the one kept, or one with the words of the page around. */
	function safety({ status = 0, messages = kept.safety }) {
		if ((status > 0 && status < 500) || log.lastElementChild?.matches(".fallback")) return;
		const own = { text: t.unreachable, card: { kind: "fallback", heading: t.helpNow } };
		const [first] = (messages ?? [own]).map(bubble);
		if (!messages) first?.append(el("slot"));
		show(first);
	}

	// ---- log

	/** Brings what is new into view; the focus stays. @param {HTMLElement} [node] */
	function show(node = log, end = false) {
		const scrolls = log.scrollHeight > log.clientHeight + 1;
		log.scrollTop = end ? log.scrollHeight : node.offsetTop - 8;
		(scrolls ? panel : node).scrollIntoView({ block: scrolls ? "nearest" : "start" });
	}

	const who = (words = "") => el("span", { class: "sr" }, ` ${words} `);

	/** What the visitor said. @param {Outgoing} item */
	function visitor(item, chosen = false) {
		const node = el("div", { class: "bubble visitor" }, who(t.you), item.text);
		if (chosen) pick([...log.querySelectorAll("button")].findLast((one) => one.textContent === item.text));
		log.append(node, el("div", { class: "note", id: item.turn }));
		return node;
	}

	/** Under a message: why it was not sent, and what to do. @param {Outgoing} item */
	function note({ turn }, why = "", label = "", onclick = () => {}) {
		root.getElementById(turn)?.replaceChildren(why, label ? button(label, onclick) : "");
	}

	/** Marks a choice as the one picked. */
	function pick(picked = el("button")) {
		for (const one of picked.parentElement?.children ?? []) one.ariaDisabled = "true";
		picked.ariaPressed = "true";
		picked.append(who(t.picked));
	}

	/** Where the reply starts. @param {Turn} turn */
	function reply({ messages, turn, rating }) {
		const [first] = messages.map(bubble);
		const kinds = messages.map(({ card }) => card?.kind).join();
		if (/answer|clinic|outcome/.test(kinds) && !/emergency|urgent/.test(kinds)) verdict(turn, rating);
		return first;
	}

	/** @param {Message} message */
	function bubble({ text: words, choices = [], card }) {
		const node = el("div", { class: `bubble ${card?.kind ?? ""}` }, who(t.assistant), ...draw(words, card));
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
		const comment = el("input", { id, maxlength: 300 });
		const more = el("form", { hidden: true, onsubmit: rate }, el("label", { for: id }, t.why), comment, el("button", t.send));
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
		const actions = row(...ways(startOver), button(t.delete, () => askDelete(actions)));
		const list = el("ul", ...facts.map(fact));
		noted.replaceChildren(el("h3", t.noted), el("p", facts[0] ? t.correct : t.nothing), list, actions);
	}

	/** @param {Fact} fact */
	function fact({ text: name, answer, choices }) {
		const change = el("summary", { "aria-label": `${t.change}: ${name}` }, t.change);
		return el("li", el("span", el("b", name), `: ${answer}`), el("details", change, row(...ways(choices))));
	}

	/** A correction is a choice like any other: its answer is the advice that now holds. @param {Choice[]} choices */
	const ways = (choices) =>
		choices.map(({ id, title: label, says = label }) =>
			button(label, () => {
				toggleNoted();
				log.focus();
				send(says, id);
			}),
		);

	function askDelete(actions = row()) {
		const no = button(t.deleteNo, toggleNoted);
		actions.replaceChildren(el("p", t.deleteAsk), button(t.deleteYes, erase), no);
		no.focus();
	}

	async function erase() {
		keep({ outgoing: [] });
		await sending;
		const { status: code, error } = await post("delete");
		if (error && code !== 401) return say(error.message);
		toggleNoted();
		keep({ session: undefined });
		begun = undefined;
		write();
		const again = button(t.newChat, () => (log.replaceChildren(), renew()));
		log.replaceChildren();
		bubble({ text: t.deleted }).append(again);
		again.focus();
	}

	// Esc in the page closes a chat that may hide its focus, and leaves the focus there
	addEventListener("keydown", (event) => {
		if (event.key !== "Escape" || event.isComposing) return;
		const inside = root.activeElement;
		if (noted.hidden || !inside) return panel.open && toggle(false, inside && launcher);
		event.preventDefault(); // or a modal chat would close as well
		toggleNoted();
	});
	addEventListener("online", () => pump(true));
	write(kept.draft);
	if (!floating) return begin();
	if (kept.open) toggle(true, null);
	covers.onchange = () => panel.open && toggle(true, root.activeElement);
}

class HipChat extends HTMLElement {
	async connectedCallback() {
		if (this.shadowRoot) return;
		const near = (name = "") => new URL(name, import.meta.url).href;
		const style = { rel: "stylesheet", href: near("hip-chat.css") };
		const root = this.attachShadow({ mode: "open" });
		root.append(el("link", style), el("slot")); // the page's own words, for as long as there is no chat
		document.head.append(el("link", { ...style, media: "print", href: near("hip-chat-print.css") }));
		const texts = await fetch(this.getAttribute("texts") ?? near("hip-chat.en.json"));
		chat(this, root, await texts.json(), this.getAttribute("server") ?? near(".."));
	}
}

customElements.define("hip-chat", HipChat);
