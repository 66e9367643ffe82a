/*
 * paper.h - a document on sheets of A4, as PDF 1.5 (ISO 32000) with text that can be read out, copied and searched: its fonts come
 * along, as subsets.
 *
 * The document is a template's, escaped like any page:
 *
 *   <paper lang="zh-CN" title="" author="">   language (RFC 5646), title and author of the file; the author stands at the top
 *     <code label="">text</code>   a QR code in the upper right corner and what it is for; before what stands beside it
 *     <h1> <h2> <p>
 *     <row label="">               label and text side by side
 *     <foot>                       at the end of the last sheet
 *   </paper>
 */
#ifndef SBK_PAPER_H
#define SBK_PAPER_H

#include <ClearSilver.h>

/*
 * Appends the file to pdf.  font: family of the text; letters that it lacks come from any font that has them.  NERR_PARSE: the
 * document is none of these; FAIL_CONFIG: no font has the letters of the title.
 */
NEOERR *paper_draw(const char *document, const char *font, STRING *pdf);

#endif
