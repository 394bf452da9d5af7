// What the assistant says, drawn: text, cards, exercises with a timer, the outcome to copy or print.
// @ts-check
/** @import { Card } from "./chat-api" */

/** @typedef {typeof import("./hip-chat.en.json")} Texts */
/**
 * What drawing needs to know: the words, where the server is, how to tell the visitor, the language of dates.
 * @typedef {{ t: Texts, base: string, say: (words: string) => void, language: string }} Setting
 */

const REST_SECONDS = 3;

/**
 * An element. `on…` functions become listeners, true an empty attribute; false and null are left out.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} [props]
 * @param {(Node | string | null | undefined | false)[]} children
 */
export function el(tag, props = {}, ...children) {
	const node = document.createElement(tag);
	for (const [name, value] of Object.entries(props)) {
		if (typeof value === "function") node.addEventListener(name.slice(2), value);
		else if (value !== false && value != null) node.setAttribute(name, value === true ? "" : `${value}`);
	}
	node.append(...children.flatMap((child) => child || []));
	return node;
}

/** @param {string} label @param {() => void} onclick @param {Record<string, string | boolean>} [props] */
export const button = (label, onclick, props) => el("button", { type: "button", onclick, ...props }, label);

/** @param {string} words @param {Record<string, unknown>} values */
export const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => `${values[name]}`);

/** Paragraphs and lists of a plain text, as docs/chat_api.md writes them. */
const prose = (text = "") =>
	text.split("\n\n").map((block) => {
		const lines = block.split("\n");
		const mark = [/^- /, /^\d+\. /].find((one) => lines.every((line) => one.test(line)));
		if (!mark) return el("p", {}, block);
		return el(mark.test("- ") ? "ul" : "ol", {}, ...lines.map((line) => el("li", {}, line.replace(mark, ""))));
	});

/** @param {string} href */
const link = (href, label = "") => el("a", { class: "button", href, target: /^http/.test(href) && "_blank" }, label);

/** @param {Setting} setting @param {string} [day] */
const date = ({ language }, day) =>
	new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(day ? new Date(`${day}T12:00`) : new Date());

/** The inside of a bubble. @param {string} text @param {Card | undefined} card @param {Setting} setting */
export function draw(text, card, setting) {
	const { t } = setting;
	const { kind, heading = "", call, phone, booking_link, email } = card ?? {};
	switch (kind) {
		case "emergency":
		case "urgent":
		case "fallback":
			return [
				el("h3", {}, heading),
				...prose(text.replace(`${heading}. `, "")),
				call && link(`tel:${call}`, fill(t.call, { n: call })),
			];
		case "soon":
			return [el("h3", {}, t.soon), ...prose(text)];
		case "answer":
			return [...prose(text), source(card, setting)];
		case "clinic":
			return [
				...prose(text),
				phone && link(`tel:${phone.replace(/[^+\d]/g, "")}`, fill(t.callClinic, { n: phone })),
				booking_link && /^https?:/.test(booking_link) && link(booking_link, t.book),
				email && link(`mailto:${email}`, fill(t.write, { n: email })),
			];
		case "exercise":
			return exercise(/** @type {Card} */ (card), setting);
		case "outcome":
			return outcome(text, card?.summary ?? [], setting);
		default:
			return prose(text);
	}
}

/** @param {Card | undefined} card @param {Setting} setting */
const source = (card, setting) =>
	el(
		"p",
		{ class: "source" },
		fill(setting.t.source, { date: date(setting, card?.reviewed) }),
		card?.status !== "clinically_reviewed" && ` ${setting.t.unreviewed}`,
	);

/** @param {string} text @param {string[]} summary @param {Setting} setting */
function outcome(text, summary, setting) {
	const { t, say } = setting;
	const [heading = "", ...rest] = text.split("\n\n");
	const body = rest.join("\n\n");
	const told = summary.length ? `\n\n${t.told}:\n\n- ${summary.join("\n- ")}` : "";
	const copy = () => navigator.clipboard.writeText(text + told).then(() => say(t.copied), () => say(t.notCopied));
	// printed from the page itself: hip-chat-print.css hides everything else
	const paper = () => {
		const made = fill(t.printed, { date: date(setting) });
		const page = el("article", { class: "hip-chat-print", hidden: true }, el("h1", {}, heading), ...prose(body + told));
		page.append(el("p", {}, made));
		document.body.append(page);
		addEventListener("afterprint", () => page.remove(), { once: true });
		print();
	};
	const row = el("div", { class: "row" }, button(t.copy, copy), button(t.print, paper));
	return [el("h3", {}, heading), ...prose(body), row];
}

/** @param {Card} card @param {Setting} setting */
function exercise(card, setting) {
	const { t, base } = setting;
	const figures = (["start", "end"]).map((place) => {
		const figure = el("figure", { hidden: true });
		drawing(`${base}web/exercises/${card.id}-${place}.svg`, (svg) => {
			figure.append(svg, el("figcaption", {}, t[/** @type {"start" | "end"} */ (place)]));
			figure.hidden = false;
		});
		return figure;
	});
	return [
		el("h3", {}, card.heading),
		el("div", { class: "row" }, ...figures),
		...prose(card.position),
		el("ol", {}, ...(card.steps ?? []).map((step) => el("li", {}, step))),
		el("p", {}, card.dose),
		timer(card, t),
		el("p", { class: "stop" }, card.stop),
		el("p", {}, card.skip),
		el("p", {}, card.pain),
		source(card, setting),
	];
}

/**
 * A drawing as part of the page: it takes the colour of the text, and the page's policy needs no `img-src`.
 * Without it, the steps still say everything.
 * @param {string} url @param {(svg: Node) => void} use
 */
function drawing(url, use) {
	const request = new XMLHttpRequest();
	request.onload = () => {
		const svg = request.responseXML?.documentElement;
		if (svg?.localName !== "svg") return;
		// the same drawing may stand in the page twice, so nothing may hang on its ids
		svg.setAttribute("aria-label", svg.querySelector("desc")?.textContent ?? "");
		svg.removeAttribute("aria-labelledby");
		use(document.importNode(svg, true));
	};
	request.open("GET", url);
	request.responseType = "document";
	request.send();
}

/** Counts holds and repeats; can be paused and stopped. @param {Card} card @param {Texts} t */
function timer({ hold_seconds = 0, repeats = { min: 1, max: 1 }, sides }, t) {
	/** @type {[string, number, string][]} */
	const steps = [];
	for (let n = 1; n <= repeats.max; n++) {
		const words = fill(t.count, { n, ...repeats });
		for (const leg of sides === "both" ? [t.first, t.second] : [""]) {
			const place = leg ? `${words}, ${leg}` : words;
			steps.push([t.hold, hold_seconds, place], [leg ? t.swap : t.rest, REST_SECONDS, place]);
		}
	}
	const clock = el("p", { class: "clock", role: "timer" });
	const spoken = el("p", { class: "sr", role: "status" });
	let at = -1;
	let left = 0;
	let ticking = 0;
	const stop = (words = "") => {
		clearInterval(ticking);
		ticking = left = 0;
		at = -1;
		clock.textContent = spoken.textContent = words;
		go.textContent = t.timerStart;
		reset.hidden = true;
	};
	const tick = () => {
		if (--left < 1) at++;
		const step = steps[at];
		if (!step || !clock.isConnected) return stop(t.done);
		if (left < 1) [spoken.textContent, left] = step;
		clock.replaceChildren(el("b", {}, `${step[0]} ${left}`), ` ${step[2]}`);
	};
	const go = button(t.timerStart, () => {
		clearInterval(ticking);
		if (!ticking && at < 0) tick();
		ticking = ticking ? 0 : window.setInterval(tick, 1000);
		go.textContent = ticking ? t.pause : t.resume;
		reset.hidden = false;
	});
	const reset = button(t.stop, () => (stop(), go.focus()), { hidden: true });
	return el("div", { class: "timer", role: "group", "aria-label": t.timer }, clock, spoken, go, reset);
}
