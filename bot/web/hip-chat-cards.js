// What the assistant says, drawn: text, exercises with a timer, the outcome to copy or print.

const REST = 3; // seconds

/** An element with its attributes and what is in it. @type {El} */
export function el(tag, ...parts) {
	const node = document.createElement(tag);
	for (const part of parts) {
		if (part instanceof Node || typeof part === "string") node.append(part);
		else
			for (const [name, value] of Object.entries(part || {})) {
				if (typeof value === "function") node.addEventListener(name.slice(2), value);
				else if (value !== false) node.setAttribute(name, value === true ? "" : `${value}`);
			}
	}
	return node;
}

export const button = (label = "", onclick = () => {}, props = {}) => el("button", { type: "button", onclick, ...props }, label);

/** @param {(Node | string | false)[]} parts */
export const row = (...parts) => el("div", { class: "row" }, ...parts);

/** `words` with its places filled in turn. @param {(string | number)[]} values */
export const fill = (words = "", ...values) => words.replace(/\{\w+\}/g, () => `${values.shift()}`);

/** Paragraphs and lists of a plain text, as docs/chat_api.md writes them. */
const prose = (text = "") =>
	text.split("\n\n").map((block) => {
		const lines = block.split("\n");
		const mark = [/^- /, /^\d+\. /].find((one) => lines.every((line) => one.test(line)));
		if (!mark) return el("p", block);
		return el(mark.test("- ") ? "ul" : "ol", ...lines.map((line) => el("li", line.replace(mark, ""))));
	});

export const link = (href = "", label = "") => el("a", { class: "button", href, target: /^(?!tel|mail)/.test(href) && "_blank" }, label);

/** How the inside of a bubble is drawn. @type {(setting: Setting) => Draw} */
export function cards({ t, base, say }) {
	const date = (day = "") => (day ? new Date(`${day}T12:00`) : new Date()).toLocaleDateString(t.language, { dateStyle: "long" });

	/** @param {Card} card */
	function source({ reviewed, status }) {
		const words = fill(t.source, date(reviewed));
		return el("p", { class: "source" }, words, status !== "clinically_reviewed" && ` ${t.unreviewed}`);
	}

	/** @param {string} text @param {Card} card */
	function outcome(text, { summary = [] }) {
		const [heading = "", ...rest] = text.split("\n\n");
		const body = rest.join("\n\n");
		const told = summary[0] ? `\n\n${t.told}:\n\n- ${summary.join("\n- ")}` : "";
		const copy = async () => {
			try {
				await navigator.clipboard.writeText(text + told);
				say(t.copied);
			} catch {
				say(t.notCopied);
			}
		};
		// printed from the page itself: hip-chat-print.css hides everything else
		const paper = () => {
			const page = el("article", { class: "hip-chat-print", hidden: true });
			page.append(el("h1", heading), ...prose(body + told), el("p", fill(t.printed, date())));
			document.body.append(page);
			addEventListener("afterprint", () => page.remove(), { once: true });
			print();
		};
		return [el("h3", heading), ...prose(body), row(button(t.copy, copy), button(t.print, paper))];
	}

	/** @param {Card} card */
	function exercise(card) {
		return [
			el("h3", card.heading),
			row(drawing(card, "start"), drawing(card, "end")),
			...prose(card.position),
			el("ol", ...(card.steps ?? []).map((step) => el("li", step))),
			el("p", card.dose),
			timer(card),
			el("p", { class: "stop" }, card.stop),
			el("p", card.skip),
			el("p", card.pain),
			source(card),
		];
	}

	/**
	 * A drawing as part of the page: it takes the colour of the text, and the page's policy needs no `img-src`.
	 * @param {Card} card @param {"start" | "end"} place
	 */
	function drawing({ id }, place) {
		const figure = el("figure", { hidden: true });
		const request = new XMLHttpRequest();
		request.onload = () => {
			const svg = request.responseXML?.documentElement;
			if (svg?.localName !== "svg") return; // the steps say everything
			// the same drawing may stand in the page twice, so nothing may hang on its ids
			svg.ariaLabel = svg.querySelector("desc")?.textContent ?? "";
			svg.removeAttribute("aria-labelledby");
			figure.append(document.importNode(svg, true), el("figcaption", t[place]));
			figure.hidden = false;
		};
		request.open("GET", `${base}web/exercises/${id}-${place}.svg`);
		request.responseType = "document";
		request.send();
		return figure;
	}

	/** Counts holds and repeats; can be paused and stopped. @param {Card} card */
	function timer({ hold_seconds = 0, repeats = { min: 1, max: 1 }, sides }) {
		const legs = sides === "both" ? [t.first, t.second] : [""];
		const clock = el("p", { class: "clock", role: "timer" });
		const spoken = el("p", { class: "sr", role: "status" });
		let second = 0;
		let ticking = 0;
		const stop = (words = "") => {
			clearInterval(ticking);
			ticking = second = 0;
			clock.textContent = spoken.textContent = words;
			go.textContent = t.timerStart;
			reset.hidden = true;
		};
		const tick = () => {
			const round = hold_seconds + REST;
			const hold = Math.floor(second / round);
			const left = round - (second++ % round);
			const n = Math.floor(hold / legs.length) + 1;
			const leg = legs[hold % legs.length];
			if (n > repeats.max || !clock.isConnected) return stop(t.done);
			const holding = left > REST;
			const what = holding ? t.hold : leg ? t.swap : t.rest;
			if (spoken.textContent !== what) spoken.textContent = what;
			const seconds = holding ? left - REST : left;
			clock.replaceChildren(el("b", `${what} ${seconds}`), ` ${fill(t.count, n, repeats.min, repeats.max)}${leg && `, ${leg}`}`);
		};
		const go = button(t.timerStart, () => {
			clearInterval(ticking);
			if (!second) tick();
			ticking = ticking ? 0 : window.setInterval(tick, 1000);
			go.textContent = ticking ? t.pause : t.resume;
			reset.hidden = false;
		});
		const reset = button(t.stop, () => (stop(), go.focus()), { hidden: true });
		return el("div", { class: "timer", role: "group", "aria-label": t.timer }, clock, spoken, go, reset);
	}

	return (text, card) => {
		if (card?.kind === "exercise") return exercise(card);
		if (card?.kind === "outcome") return outcome(text, card);
		const { kind, heading = "", call, phone, booking_link = "", email } = card ?? {};
		const title = kind === "soon" ? t.soon : heading;
		return [
			title && el("h3", title),
			...prose(heading ? text.replace(`${heading}. `, "") : text),
			call && link(`tel:${call}`, fill(t.call, call)),
			phone && link(`tel:${phone.replace(/[^+\d]/g, "")}`, fill(t.callClinic, phone)),
			/^https?:/.test(booking_link) && link(booking_link, t.book),
			email && link(`mailto:${email}`, fill(t.write, email)),
			card && kind === "answer" && source(card),
		];
	};
}
