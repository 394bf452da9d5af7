# Every command sets up what it needs first. `make help` lists them.
.PHONY: typing-errors bench-review bench-widget demo help setup run shell train test test-fast eval lint types bench soak bench-nlu data-check confidence safety-report understanding-report properties hazards redaction retention hostile fuzz audit faults docs docs-check lock clean
SHELL := bash
IN := scripts/in

help:            ## this list
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

setup:           ## make the environment from the lock file
	@scripts/setup

run: setup       ## train if needed and start everything; Ctrl-C stops it
	@scripts/run

shell: setup     ## talk to the assistant in the terminal (`rasa shell` with its action server)
	@scripts/shell

train: setup     ## train the model if data, domain, configuration or content changed
	@$(IN) scripts/train

test: setup      ## all tests
	@$(IN) scripts/train
	@$(IN) scripts/test

test-fast: setup ## tests that need no running assistant
	@$(IN) python -m pytest -m "not stack"

eval: setup      ## make eval FILE=in.jsonl OUT=out.jsonl: run messages through the chat API and score them
	@$(IN) scripts/train
	@$(IN) python -m evaluation.evaluate "$(FILE)" "$(OUT)"

lint: setup      ## style, types, import rules (the chat element's types need Node)
	@$(IN) ruff check bot actions evaluation tests
	@$(IN) ruff format --check bot actions evaluation tests
	@$(IN) mypy
	@$(IN) lint-imports
	@scripts/node tsc --project bot/web/tsconfig.json

docs: setup      ## write the generated pages of docs/ again
	@$(IN) python -m evaluation.write_docs

docs-check: setup ## fail when a generated page of docs/ is not up to date
	@$(IN) python -m evaluation.write_docs --check

data-check: setup ## label errors, near-duplicates and confusions in the training data
	@$(IN) python -m evaluation.data_check

confidence: setup ## draw the curve behind the topic threshold again: docs/confidence.md
	@$(IN) python -m evaluation.confidence

typing-errors: setup ## how far typing errors get in the way, and what helps: docs/typing_errors.md
	@$(IN) python -m evaluation.typing_errors

safety-report: setup ## make safety-report [FILES="a.jsonl b.jsonl"]: docs/safety/report.md
	@$(IN) scripts/train
	@$(IN) python -m evaluation.safety_report $(FILES)

understanding-report: setup ## make understanding-report [FILES="a.jsonl b.jsonl"]: docs/understanding.md
	@$(IN) scripts/train
	@$(IN) python -m evaluation.understanding_report $(FILES)

properties: setup ## make properties [CORE=100000] [STACK=500] [SEED=1]: random conversations against what must never happen
	@$(IN) scripts/train
	@$(IN) python -m evaluation.properties $(if $(CORE),--core $(CORE)) $(if $(STACK),--stack $(STACK)) $(if $(SEED),--seed $(SEED))

hazards: setup   ## write docs/safety/hazard_log.md from the YAML beside it; CHECK=1 only checks it
	@$(IN) python -m evaluation.hazards $(if $(CHECK),--check)

audit: setup     ## known vulnerabilities of the locked packages; docs/audit_exceptions.yml excuses some
	@$(IN) python -m evaluation.audit

fuzz: setup      ## make fuzz [RUNS=100000]: coverage-guided fuzzing of the way of a text
	@$(IN) python -m evaluation.fuzz -runs=$(or $(RUNS),100000)

hostile: setup   ## make hostile [REQUESTS=10000] [SEED=1]: hostile requests against the running assistant: docs/hostile.md
	@$(IN) scripts/train
	@$(IN) python -m evaluation.hostile $(if $(REQUESTS),--requests $(REQUESTS)) $(if $(SEED),--seed $(SEED))

retention: setup ## make retention [DRY=1] [DAYS=30]: delete conversations some days after their last message
	@$(IN) python -m bot.privacy.retention $(if $(DRY),--dry-run) $(if $(DAYS),--days $(DAYS))

redaction: setup ## what redaction finds and what it spares, on labelled messages: docs/redaction.md
	@$(IN) python -m evaluation.redaction

bench-nlu: setup ## make bench-nlu [FILES="a.jsonl b.jsonl"] [EVERY=4]: this pipeline against Rasa's: docs/bench_nlu.md
	@$(IN) python -m evaluation.bench_nlu --every $(or $(EVERY),1) $(FILES)

bench: setup     ## make bench [PARTS="pace length"]: speed, memory and scale beside a stock Rasa project: docs/bench.md, docs/capacity.md
	@$(IN) scripts/train
	@$(IN) python -m evaluation.bench $(PARTS)

bench-widget: setup ## the chat element beside deep-chat and rasa-webchat: size and speed (a part of `make bench`)
	@$(IN) python -m evaluation.bench widget

soak: setup      ## make soak [MESSAGES=50000] [RATE=20]: memory of the whole default stack over many messages
	@$(IN) scripts/train
	@$(IN) python -m evaluation.soak $(if $(MESSAGES),--messages $(MESSAGES)) $(if $(RATE),--a-second $(RATE)) $(if $(MINUTES),--minutes $(MINUTES))

faults: setup    ## make faults [PARTS="outages kills"]: kill, stop and freeze what runs while visitors talk: docs/faults.md (30 minutes)
	@$(IN) scripts/train
	@$(IN) python -m evaluation.faults $(PARTS)

demo: setup      ## make demo [CONVERSATIONS=300] [MORE=1]: fill an empty installation by really talking to the assistant
	@$(IN) scripts/train
	@$(IN) python -m evaluation.demo $(if $(CONVERSATIONS),--conversations $(CONVERSATIONS)) $(if $(MORE),--more)

bench-review: setup ## make bench-review [EVENTS=1000000]: the review pages with so many events, on SQLite and PostgreSQL
	@$(IN) python -m evaluation.bench_review $(if $(EVENTS),--events $(EVENTS))

lock: setup      ## resolve pyproject.toml anew into requirements.lock
	@scripts/lock

clean:           ## remove what was made here (not the conversations in var/)
	rm -rf .venv .tools models .rasa build
