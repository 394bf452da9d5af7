"""The Rasa graph components, in the order of ``config.yml``. Thin: the work is in the modules beside.

Passed from one to the next inside the message: ``NORMALISED`` text and ``PIECES`` (whole message,
sentences, clauses) with their embeddings, so that each text is embedded once.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, FEATURE_TYPE_SENTENCE, INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from ruamel.yaml import YAML

from bot.advice.content import CONTENT_FOLDER, content
from bot.advice.turn_builder import CANDIDATE_ENTITY, MATTER_ENTITY, SCOPE_ENTITY, TOPIC_ENTITY
from bot.understanding import embedding
from bot.understanding.embedding import DIMENSIONS, embedder
from bot.understanding.facts import extract, scores_again, with_its_number
from bot.understanding.linear import LinearModel
from bot.understanding.nearest import Classifier, LinearAndNearest
from bot.understanding.normalise import normaliser
from bot.understanding.resolve import Reading, by_its_place, corrects, resolve
from bot.understanding.rule_files import rules_path
from bot.understanding.sentences import parse, stretches
from bot.understanding.statements import (
    NEITHER,
    STATEMENTS,
    says_neither,
    statement_examples,
    with_statements,
)
from bot.understanding.suspicion import is_harmless, suspected_flags
from bot.understanding.topics import Piece, understand

NORMALISED = "normalised"
PIECES = "pieces"
MENTIONS = "mentions"
SUSPECTED = "suspected"
#: Key of the channel's message metadata that carries a picked choice.
CHOICE = "choice"
PHRASES = CONTENT_FOLDER / "red_flag_phrases.yml"
#: The label of harmless phrases in the red-flag classifier.
HARMLESS = "none"


def _is_command(message: Message) -> bool:
    """Intent messages of ``rasa shell`` buttons; Rasa's RegexMessageHandler reads them."""
    return str(message.get(TEXT) or "").lstrip().startswith("/")


def _choice(message: Message) -> dict[str, Any] | None:
    metadata = message.get(METADATA) or {}
    choice = metadata.get(CHOICE) if isinstance(metadata, dict) else None
    return choice if isinstance(choice, dict) else None


def _hash_of(*paths: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class SpacyTokens(Tokenizer):
    """spaCy's English tokens, for the parts of Rasa that want them."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Intents are not split into tokens."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Tokens of the original text with their character offsets."""
        doc = parse(message.get(attribute))
        return [Token(t.text, t.idx) for t in doc if not t.is_space]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEmbedding(DenseFeaturizer, GraphComponent):
    """Normalises, cuts into sentences and clauses, and embeds each piece once."""

    def __init__(self, config: dict[str, Any], name: str) -> None:
        super().__init__(name, config)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEmbedding:
        """Loads the embedder once, so that a wrong model file stops the start."""
        embedder()
        return cls(config, execution_context.node_name)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """No settings of its own."""
        return {**DenseFeaturizer.get_default_config()}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to check."""

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """New weights or a new lexicon mean new training."""
        return embedding.fingerprint() + _hash_of(rules_path("lexicon"))

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Adds sentence features to every training example."""
        examples = [m for m in training_data.training_examples if m.get(TEXT)]
        for begin in range(0, len(examples), 64):
            batch = examples[begin : begin + 64]
            texts = [normaliser()(m.get(TEXT)) for m in batch]
            for message, text, vector in zip(batch, texts, embedder()(texts), strict=True):
                message.set(NORMALISED, text)
                self._add(message, vector)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the normalised text, its pieces and their embeddings."""
        for message in messages:
            text = message.get(TEXT)
            if not text or _is_command(message):
                continue
            normalised = normaliser()(text)
            spans = stretches(normalised)
            unique = list(dict.fromkeys(span.text for span, _ in spans))
            vectors = dict(zip(unique, embedder()(unique), strict=True))
            message.set(NORMALISED, normalised)
            message.set(PIECES, [(span, kind, vectors[span.text]) for span, kind in spans])
            self._add(message, vectors[spans[0][0].text])
        return messages

    def _add(self, message: Message, vector: embedding.Vectors) -> None:
        features = Features(vector.reshape(1, DIMENSIONS), FEATURE_TYPE_SENTENCE, TEXT, self._identifier)
        message.add_features(features)


def _pieces(message: Message, model: Classifier) -> list[Piece]:
    held = message.get(PIECES)
    if not held:
        return []
    # a message of one sentence is its whole, its sentence and its clause
    vectors = {span.text: vector for span, _, vector in held}
    rows = dict(
        zip(vectors, model.probabilities(list(vectors), np.stack(list(vectors.values()))), strict=True)
    )
    return [Piece(span, kind, rows[span.text]) for span, kind, _ in held]


def _embedded(texts: list[str]) -> tuple[list[str], embedding.Vectors]:
    """``texts`` normalised, and their embeddings."""
    normalised = [normaliser()(text) for text in texts]
    vectors = np.concatenate([embedder()(normalised[i : i + 64]) for i in range(0, len(texts), 64)])
    return normalised, vectors


class _Trained(GraphComponent):
    """Keeps a classifier in Rasa's model storage."""

    _file = "classifier.safetensors"
    _kind: type[Classifier] = LinearModel
    #: Files that it learns from besides the training data.
    _examples: tuple[Path, ...] = ()

    def __init__(self, storage: ModelStorage, resource: Resource, model: Classifier | None = None) -> None:
        self._storage = storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> _Trained:
        """An untrained component."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> _Trained:
        """The trained component."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, cls._kind.load(folder / cls._file))

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Other code, rules (they choose among the examples) or examples of its own mean new training."""
        here = Path(__file__).parent
        return _hash_of(*sorted(here.glob("*.py")), *sorted(here.glob("rules/*.yml")), *cls._examples)

    def _keep(self, model: Classifier) -> Resource:
        self._model = model
        with self._storage.write_to(self._resource) as folder:
            model.save(folder / self._file)
        return self._resource


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(_Trained, IntentClassifier):
    """Topics, scope and intent of a message, seen sentence by sentence."""

    _kind = LinearAndNearest

    @classmethod
    def required_components(cls) -> list[type]:
        """Needs the embeddings."""
        return [SentenceEmbedding]

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the classifier on the featurised examples."""
        examples = [m for m in training_data.intent_examples if m.get(TEXT)]
        vectors = np.stack([m.get_dense_features(TEXT, [])[1].features[0] for m in examples])
        texts = [m.get(NORMALISED) for m in examples]
        return self._keep(LinearAndNearest.fit(texts, vectors, [m.get(INTENT) for m in examples]))

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets intent, ranking and the topic, scope and candidate entities."""
        assert self._model is not None
        for message in messages:
            pieces = _pieces(message, self._model)
            if not pieces:
                continue
            seen = understand(pieces, self._model.labels)
            message.set(INTENT, {"name": seen.intent, "confidence": seen.confidence}, add_to_output=True)
            message.set(
                "intent_ranking",
                [{"name": name, "confidence": p} for name, p in seen.ranking],
                add_to_output=True,
            )
            found = [_entity(TOPIC_ENTITY, topic) for topic in seen.topics]
            found += [_entity(CANDIDATE_ENTITY, topic) for topic in seen.candidates]
            if seen.scope:
                found.append(_entity(SCOPE_ENTITY, seen.scope))
            message.set(ENTITIES, (message.get(ENTITIES) or []) + found, add_to_output=True)
        return messages


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class ClinicalFacts(_Trained, EntityExtractorMixin):
    """Clinical facts with their assertion, read in the light of the question just asked."""

    _examples = (STATEMENTS,)

    @classmethod
    def required_components(cls) -> list[type]:
        """Needs the embeddings."""
        return [SentenceEmbedding]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> _Trained:
        """Compiles the rules once, so that a wrong rule stops the start."""
        extract("no fever", date.today())
        return super().create(config, model_storage, resource, execution_context)

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the classifier of statements, with ordinary utterances as examples that say neither."""
        texts, labels = statement_examples()
        normalised, vectors = _embedded(texts)
        today = date.today()
        ordinary = [
            m for m in training_data.intent_examples if m.get(TEXT) and says_neither(m.get(NORMALISED), today)
        ]
        more = np.stack([m.get_dense_features(TEXT, [])[1].features[0] for m in ordinary])
        return self._keep(
            LinearModel.fit(
                normalised + [m.get(NORMALISED) for m in ordinary],
                np.concatenate([vectors, more]),
                labels + [NEITHER] * len(ordinary),
            )
        )

    def process(self, messages: list[Message], tracker: DialogueStateTracker) -> list[Message]:
        """Adds the mentions; the resolver decides which become slots."""
        assert self._model is not None
        today = datetime.now(ZoneInfo(content().clinic.time_zone)).date()
        asked = tracker.get_slot("requested_slot") if tracker.active_loop_name else None
        for message in messages:
            text = message.get(NORMALISED)
            if text and not _choice(message):
                # "actually I meant 3" and "9 when I twist it" are read in the light of what was just said
                goes_on = corrects(text) or scores_again(text)
                about = "pain_score" if goes_on and "pain_score" in _facts_of_last_turn(tracker) else None
                before = _last_words(tracker) if asked else ""
                mentions = extract(with_its_number(text, before, asked), today, asked or about)
                pieces = _pieces(message, self._model)
                message.set(MENTIONS, with_statements(mentions, pieces, self._model.labels, text))
        return messages


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class RedFlagClassifier(_Trained):
    """The second, independent detector of warning signs: a classifier on the embeddings."""

    _examples = (PHRASES,)

    @classmethod
    def required_components(cls) -> list[type]:
        """Needs the embeddings."""
        return [SentenceEmbedding]

    def train(self, training_data: TrainingData) -> Resource:
        """Fits on the phrases of ``content/``, with the ordinary utterances that the rules find harmless."""
        texts, labels = red_flag_examples()
        today = date.today()
        ordinary = [
            m for m in training_data.intent_examples if m.get(TEXT) and is_harmless(m.get(NORMALISED), today)
        ]
        normalised, vectors = _embedded(texts)
        more = np.stack([m.get_dense_features(TEXT, [])[1].features[0] for m in ordinary])
        return self._keep(
            LinearModel.fit(
                normalised + [m.get(NORMALISED) for m in ordinary],
                np.concatenate([vectors, more]),
                labels + [HARMLESS] * len(ordinary),
            )
        )

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the flags suspected in any piece that is not denied, supposed, past or another's."""
        assert self._model is not None
        for message in messages:
            pieces = _pieces(message, self._model)
            if pieces and not _choice(message):
                mentions = message.get(MENTIONS) or []
                message.set(
                    SUSPECTED,
                    suspected_flags(
                        pieces, self._model.labels, mentions, message.get(NORMALISED), _first_intent(message)
                    ),
                )
        return messages


def _first_intent(message: Message) -> tuple[str, float]:
    """The topic classifier's first intent with its probability."""
    ranking = message.get("intent_ranking") or [{"name": "", "confidence": 0.0}]
    return str(ranking[0]["name"]), float(ranking[0]["confidence"])


def red_flag_examples() -> tuple[list[str], list[str]]:
    """Texts and labels of ``content/red_flag_phrases.yml``; the harmless ones labelled "none"."""
    raw = YAML(typ="safe", pure=True).load(PHRASES.read_text(encoding="utf-8"))
    texts, labels = list(raw["none"]), [HARMLESS] * len(raw["none"])
    for flag, entry in raw["flags"].items():
        texts += entry["phrases"]
        labels += [flag] * len(entry["phrases"])
    return texts, labels


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class TurnResolver(GraphComponent):
    """Settles the message against what is already known: facts, corrections, urgency, follow-ups."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TurnResolver:
        """Loads the content once, so that wrong content stops the start."""
        content()
        return cls()

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """New content means a new model version."""
        return content().version

    def process(self, messages: list[Message], tracker: DialogueStateTracker) -> list[Message]:
        """Sets the final intent and the entities from which Rasa fills the slots."""
        slots = tracker.current_slot_values()
        for message in messages:
            choice = _choice(message)
            if choice is None and not message.get(NORMALISED):
                continue
            entities = message.get(ENTITIES) or []
            intent = (message.get(INTENT) or {}).get("name")
            reading = Reading(
                text=message.get(NORMALISED) or "",
                intent=choice["intent"] if choice else intent,
                topics=tuple(e["value"] for e in entities if e["entity"] == TOPIC_ENTITY),
                scope=next((e["value"] for e in entities if e["entity"] == SCOPE_ENTITY), None),
                candidates=tuple(e["value"] for e in entities if e["entity"] == CANDIDATE_ENTITY),
                mentions=tuple(message.get(MENTIONS) or ()),
                suspected=tuple(message.get(SUSPECTED) or ()),
                chosen=dict(choice["entities"]) if choice else None,
                confidence=_first_intent(message)[1],
            )
            settled = resolve(
                reading,
                slots,
                content(),
                asked=tracker.get_slot("requested_slot") if tracker.active_loop_name else None,
                last_turn=_facts_of_last_turn(tracker),
                said_before=_last_words(tracker) if by_its_place(reading.text) else "",
            )
            confidence = 1.0 if choice else (message.get(INTENT) or {}).get("confidence", 0.0)
            message.set(INTENT, {"name": settled.intent, "confidence": confidence}, add_to_output=True)
            found = [_entity(TOPIC_ENTITY, topic) for topic in settled.topics]
            found += [_entity(CANDIDATE_ENTITY, topic) for topic in settled.candidates]
            if settled.scope:
                found.append(_entity(SCOPE_ENTITY, settled.scope))
            found += [_entity(MATTER_ENTITY, matter) for matter in settled.matters]
            found += [_entity(fact, value) for fact, value in settled.facts.items()]
            found += [
                {**_entity("suspected_flags", flag), "new": flag in settled.new_flags}
                for flag in settled.suspected or (("none",) if slots.get("suspected_flags") else ())
            ]
            found += [
                {**_entity("mention", m.fact), "assertion": m.assertion.value, "start": m.start, "end": m.end}
                for m in reading.mentions
                if m.fact not in settled.facts
            ]
            message.set(ENTITIES, found, add_to_output=True)
        return messages


def _facts_of_last_turn(tracker: DialogueStateTracker) -> tuple[str, ...]:
    """Ids of the facts and flags that the latest message with any of them stated."""
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            entities = event.entities or []
            facts = [e["entity"] for e in entities if e.get("entity") in content().facts]
            flags = [e["value"] for e in entities if e.get("entity") == "suspected_flags" and e.get("new")]
            if facts or flags:
                return tuple(facts + flags)
    return ()


def _last_words(tracker: DialogueStateTracker) -> str:
    """The message before this one, normalised; "" at the start."""
    said = next((e.text for e in reversed(tracker.events) if isinstance(e, UserUttered)), None)
    return normaliser()(said) if said else ""


def _entity(name: str, value: Any) -> dict[str, Any]:
    return {"entity": name, "value": value, "start": 0, "end": 0, "extractor": "ClinicalFacts"}
