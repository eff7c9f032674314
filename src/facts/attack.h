/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Ways out: from a container that an attacker has taken over to root on the host, step by step,
 * over other containers where that helps, and what has to change so that there is none.
 *
 * Facts are bits with a confidence, rules join them to edges (attack_rules.c), and a search over
 * all containers at once finds the best path of each. doc/architecture.md describes the model.
 *
 * A path is claimed only on what was seen. Where something that was not seen could make one,
 * `possible` says what. These are plain values: they point to no other facts.
 */
#ifndef BULKHEAD_FACTS_ATTACK_H
#define BULKHEAD_FACTS_ATTACK_H

#include <stddef.h>

struct container;
struct facts;

enum attack_band { ATTACK_LOW, ATTACK_MEDIUM, ATTACK_HIGH, ATTACK_CRITICAL };

/* "low", "medium", "high", "critical". */
const char *attack_band_name(enum attack_band band);

/* How well it is known what a path rests on; a path is as certain as its weakest fact. */
enum attack_confidence {
	ATTACK_GUESSED,  /* it is usually so */
	ATTACK_DECLARED, /* the engine says so */
	ATTACK_RESOLVED, /* the runtime was told so */
	ATTACK_EFFECTIVE /* the kernel shows it */
};

/* "guessed", "declared", "resolved", "effective". */
const char *attack_confidence_name(enum attack_confidence confidence);

struct attack_evidence {
	const char *source, *path, *value; /* as in struct evidence of judge/check.h */
};

struct attack_step {
	const char *technique; /* "runtime-socket": the rule's name */
	const char *actor;     /* the container in which it is done */
	const char *text;      /* "enters ci-runner by /proc/812/root" */
	const char *target;    /* where it leads: a container, or as attack_path.end */
	unsigned cost;         /* 0 one command … 9 theory */
	enum attack_confidence confidence;
	const struct attack_evidence *evidence;
	size_t n_evidence;
};

/* Something that cuts paths. */
struct attack_change {
	const char *where; /* a container's name, or "the engine" */
	const char *text;  /* "remove the mount of /run/docker.sock" */
};

struct attack_path {
	const char *container, *id;
	const char *end; /* "root on the host", "a user of the host", "the host's secrets" */
	unsigned score;  /* 1 to 100 */
	enum attack_band band;
	unsigned cost;
	enum attack_confidence confidence;
	const struct attack_step *steps;
	size_t n_steps;
	/*
	 * Paths that differ in their first step, this one among them; those over a flaw that
	 * nobody knows yet count only where this is one.
	 */
	size_t n_paths;
	/* Few changes that leave none of them, the one that cuts most first; none is needless. */
	const struct attack_change *changes;
	size_t n_changes;
};

/* What is known of one container. */
struct attack {
	const struct attack_path *path; /* the best one; NULL: none was seen */
	const char *possible;           /* what was not seen and could make one; NULL */
	const char *hint;               /* what would help; NULL with it */
};

/* Of a container of these facts. */
const struct attack *facts_attack(const struct facts *facts, const struct container *container);

#endif
