/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Memory for documents. cJSON makes one of thousands of small pieces, and malloc() of each would
 * cost more than all the rest of reading it. Pieces of one size are taken from larger ones and,
 * given back, used again for documents; the larger ones stay until the program ends.
 *
 * Under AddressSanitizer each piece is a malloc of its own, so that an overrun of one is seen.
 * Without memory the program ends, as with an arena.
 */
#ifndef BULKHEAD_BASE_DOC_MEMORY_H
#define BULKHEAD_BASE_DOC_MEMORY_H

/* To be called before there is a document. For one thread. */
void doc_memory_init(void);

#endif
