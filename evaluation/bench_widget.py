"""The chat element beside deep-chat and rasa-webchat: size, time until one can write, time from send to reply.

All three stand in the same kind of page, in the system's Chromium, and are answered by the same tiny server, so that the
elements are compared and not assistants. The other two come from npm for the measurement only, pinned by their hashes.
"""

from __future__ import annotations

import asyncio
import gzip
import itertools
import mimetypes
import statistics
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import socketio  # type: ignore[import-untyped]
from aiohttp import web
from playwright.sync_api import Browser, sync_playwright

from evaluation.measured import Found
from evaluation.npm_package import Package
from evaluation.stack import PROJECT, chromium, free_port

WEB = PROJECT / "bot" / "web"
#: What Lighthouse takes for a middling phone on a slow mobile network.
PHONE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_638_400 / 8,
    "uploadThroughput": 750_000 / 8,
}
PHONE_PROCESSOR = 4
REPLIES = 3
HOST = "127.0.0.1"
#: Other hosts are not found: nothing leaves the machine, and nobody waits for them.
ARGUMENTS = ["--no-sandbox", f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {HOST}"]

#: ``usable`` in the page: milliseconds from the navigation until there is a box to write in. ``reply``: from Enter until the reply is in the page.
WATCH = """
const find = (root, test) => {
    for (const node of root.querySelectorAll("*")) {
        if (test(node)) return node;
        const inside = node.shadowRoot && find(node.shadowRoot, test);
        if (inside) return inside;
    }
};
const box = () => find(document, (node) => node.matches("textarea, [contenteditable=true]")
    && !node.disabled && node.checkVisibility({ visibilityProperty: true }));
window.usable = new Promise((done) => {
    const look = () => (box() ? done(performance.now()) : requestAnimationFrame(look));
    look();
});
let wanted, found;
window.expectReply = (words) => {
    wanted = words;
    window.reply = new Promise((done) => (found = done));
    box().focus();
};
addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const look = () => find(document, (node) => !node.children.length && node.textContent.includes(wanted))
        ? found(performance.now() - event.timeStamp) : setTimeout(look);
    look();
}, { capture: true });
"""
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><h1>A page</h1>{body}</body></html>"""


DEEP_CHAT = Package(
    "deep-chat",
    "2.4.2",
    "dist/deepChat.bundle.js",
    "wQNd6Z6HDoH7OMeoQKpmxDm9XdWrRjMkBJ2yl5tsYND9Dz2UCv/BdGVM8vK2V0mhO1u+OniHYPWDGvjlNxjCeQ==",
)
RASA_WEBCHAT = Package(
    "rasa-webchat",
    "1.0.1",
    "lib/index.js",
    "Ld1zVJvTAaTrs6A5p8t70agNNrKYRyXlvqXZRgBoDvKKUXbA0jhJKECi5bdPGlaR6jsmqWtVylHS+YqIqo0x8w==",
)
WEBCHAT = """<div></div><script src="/rasa-webchat.js"></script><script>
WebChat.default({{ embedded: true, socketUrl: location.origin, socketPath: "/socket.io/", {more} }}, document.querySelector("div"));
</script>"""
#: The body of each page. rasa-webchat keeps a reply back for 0.8 to 3 seconds, unless told otherwise.
BODIES = {
    "hip-chat": '<hip-chat></hip-chat><script type="module" src="/web/hip-chat.js"></script>',
    "deep-chat": """<deep-chat connect='{"url": "/deep-chat"}'></deep-chat><script type="module" src="/deep-chat.js"></script>""",
    "rasa-webchat": WEBCHAT.format(more=""),
    "rasa-webchat, no delay": WEBCHAT.format(more="customMessageDelay: () => 0"),
}


def answer(words: str) -> str:
    """What the tiny server says."""
    return f"The answer to {words}."


class Server:
    """Serves the pages and answers at once, in the way each element asks; ``scripts`` are those of others, by path."""

    def __init__(self, scripts: Mapping[str, bytes]) -> None:
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        self._files = {f"/web/{path.name}": path.read_bytes() for path in WEB.iterdir() if path.is_file()}
        self._files |= scripts
        self._files |= {f"/page/{name}": PAGE.format(body=body).encode() for name, body in BODIES.items()}
        self._zipped = {path: gzip.compress(body, 9, mtime=0) for path, body in self._files.items()}
        #: Files that were asked for, page by page.
        self.asked: set[str] = set()

    def sizes(self, ends: tuple[str, ...]) -> tuple[int, int]:
        """Bytes of what was asked for and ends so: as it is, and gzipped."""
        paths = [path for path in self.asked if path.endswith(ends)]
        return sum(len(self._files[path]) for path in paths), sum(len(self._zipped[path]) for path in paths)

    async def _file(self, request: web.Request) -> web.Response:
        if request.path not in self._files:
            return web.Response(status=404)
        self.asked.add(request.path)
        kind = mimetypes.guess_type(request.path)[0] or "text/html"
        return web.Response(
            body=self._zipped[request.path], headers={"Content-Encoding": "gzip", "Content-Type": kind}
        )

    async def _session(self, request: web.Request) -> web.Response:
        welcome = {"text": "Welcome.", "choices": []}
        opening = {"session": "s", "notice": "A computer.", "emergency": "Call.", "welcome": welcome}
        return web.json_response({**opening, "start_over": {}, "safety": []}, status=201)

    async def _message(self, request: web.Request) -> web.Response:
        said = await request.json()
        message = {"text": answer(said["text"]), "choices": []}
        return web.json_response({"messages": [message], "advice": {}, "turn": said["turn"]})

    async def _deep_chat(self, request: web.Request) -> web.Response:
        said = await request.json()
        return web.json_response({"text": answer(said["messages"][-1]["text"])})

    def _application(self) -> web.Application:
        socket = socketio.AsyncServer(async_mode="aiohttp")

        async def session(sid: str, data: object) -> None:
            await socket.emit("session_confirm", "s", to=sid)

        async def uttered(sid: str, data: Mapping[str, str | None]) -> None:
            if words := data.get("message"):  # at first it sends an empty one
                await socket.emit("bot_uttered", {"text": answer(words)}, to=sid)

        socket.on("session_request", session)
        socket.on("user_uttered", uttered)
        application = web.Application()
        application.router.add_post("/webhooks/chat/session", self._session)
        application.router.add_post("/webhooks/chat/messages", self._message)
        application.router.add_post("/deep-chat", self._deep_chat)
        socket.attach(application)
        application.router.add_get("/{path:.*}", self._file)
        return application

    @contextmanager
    def running(self) -> Iterator[None]:
        """Answers meanwhile, in a thread of its own."""
        started, stop, loop = threading.Event(), asyncio.Event(), asyncio.new_event_loop()

        async def serve() -> None:
            runner = web.AppRunner(self._application())
            await runner.setup()
            await web.TCPSite(runner, HOST, self.port).start()
            started.set()
            await stop.wait()
            await runner.cleanup()

        def run() -> None:
            with asyncio.Runner(loop_factory=lambda: loop) as running:
                running.run(serve())

        thread = threading.Thread(target=run)
        thread.start()
        started.wait(10)
        try:
            yield
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join()


@dataclass(frozen=True)
class Visit:
    """One visit to a page with nothing stored: milliseconds, and other hosts that were asked (and gave no answer)."""

    usable: float
    replies: tuple[float, ...]
    elsewhere: tuple[str, ...]


def visit(browser: Browser, server: Server, name: str, replies: int, phone: bool = False) -> Visit:
    """Opens the page and, when one can write, sends some messages."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    try:
        page = context.new_page()
        page.add_init_script(WATCH)
        hosts: dict[str, None] = {}
        page.on("request", lambda request: hosts.setdefault(urlsplit(request.url).hostname or HOST))
        if phone:
            devtools = context.new_cdp_session(page)
            devtools.send("Network.enable")
            devtools.send("Network.emulateNetworkConditions", PHONE)
            devtools.send("Emulation.setCPUThrottlingRate", {"rate": PHONE_PROCESSOR})
        page.goto(f"{server.url}/page/{name}", wait_until="commit")
        usable: float = page.evaluate("usable")
        times = []
        for number in range(replies):
            words = f"question {number}"
            page.evaluate("words => expectReply(words)", answer(words))
            page.keyboard.type(words)
            page.keyboard.press("Enter")
            times.append(float(page.evaluate("reply")))
        return Visit(usable, tuple(times), tuple(host for host in hosts if host != HOST))
    finally:
        context.close()


def widget(runs: int = 10) -> Found:
    """Every page ``runs`` times on this machine and as on a phone, the pages taking turns; medians."""
    server = Server({f"/{one.name}.js": one.content() for one in (DEEP_CHAT, RASA_WEBCHAT)})
    here: dict[str, list[Visit]] = {name: [] for name in BODIES}
    phone: dict[str, list[Visit]] = {name: [] for name in BODIES}
    sizes: dict[str, Found] = {}
    with server.running(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for run, name in itertools.product(range(runs + 1), BODIES):
            server.asked.clear()
            seen = visit(browser, server, name, REPLIES)
            if run == 0:  # the first of each is a warm-up of the browser
                files = {"scripts": (".js",), "style": (".css",), "words": (".json",)}
                sizes[name] = {part: server.sizes(ends) for part, ends in files.items()}
                sizes[name]["elsewhere"] = list(seen.elsewhere)
                continue
            here[name].append(seen)
            phone[name].append(visit(browser, server, name, 0, phone=True))
        version = browser.version
        browser.close()
    return {
        "runs": runs,
        "chromium": version,
        "phone_processor": PHONE_PROCESSOR,
        "versions": {one.name: f"{one.name} {one.version}" for one in (DEEP_CHAT, RASA_WEBCHAT)},
        "widgets": {
            name: {
                **sizes[name],
                "usable": round(statistics.median(one.usable for one in here[name])),
                "phone": round(statistics.median(one.usable for one in phone[name])),
                "reply": round(statistics.median(t for one in here[name] for t in one.replies), 1),
            }
            for name in BODIES
        },
    }
