// Checks on the bytes of a disagreement, for the rows of the class table.
#ifndef H1_TESTS_DIFFERENTIAL_FACTS_H_
#define H1_TESTS_DIFFERENTIAL_FACTS_H_

#include "tests/differential/classes.h"

namespace differential {

// ---- the stage that decided ----
bool HeadRefused(const Facts& f);   // our head decoder refused
bool BehindHead(const Facts& f);    // body or trailers did
bool HeadAccepted(const Facts& f);  // a check of the whole head did
bool IsRequest(const Facts& f);
bool IsResponse(const Facts& f);

// ---- the start line ----
bool IsConnect(const Facts& f);
// A token that llhttp and http-parser have no number for.
bool HasUnlistedMethod(const Facts& f);
bool HasNoVersion(const Facts& f);    // a request line of two parts
bool HasLaterMinor(const Facts& f);   // HTTP/1.2 to 1.9
bool BeginsWithLine(const Facts& f);  // an empty line in front
bool HasNoContent(const Facts& f);    // a response of 1xx, 204 or 304
bool IsSwitching(const Facts& f);     // 101
bool HasBlankRun(const Facts& f);     // request line with two blanks in a row
bool HasManyParts(const Facts& f);    // request line of four parts and more
bool IsAsterisk(const Facts& f);      // the targets * and http://...
bool IsAbsolute(const Facts& f);
bool IsTrace(const Facts& f);
bool IsGetWithContent(const Facts& f);  // or HEAD
bool IsOld(const Facts& f);             // HTTP/1.0
bool CloseBehind(const Facts& f);       // we read nothing after it
bool IsOvertaken(const Facts& f);       // we refuse a later one, it the first
bool HasUnusualMethod(const Facts& f);  // not GET, HEAD, POST, OPTIONS

// ---- fields ----
// A coding with a tab after it; a response with one.
bool HasCodingBeforeTab(const Facts& f);
bool HasTabbedResponse(const Facts& f);
bool HasLengthBeforeTab(const Facts& f);
// White space after a length or a coding.
bool HasBlankBehindFraming(const Facts& f);
bool HasRepeatedName(const Facts& f);
bool HasTabAroundValue(const Facts& f);  // in any line of the head
bool HasProxyConnection(const Facts& f);
bool HasExpectation(const Facts& f);
bool HasUnusualHost(const Facts& f);       // grammar all the same
bool HasTokenBesideClose(const Facts& f);  // in one Connection line
// A name that begins with Transfer-Encoding and goes on.
bool HasCodingLikeName(const Facts& f);
bool HasEmptyCoding(const Facts& f);
bool HasRepeatedEqualLength(const Facts& f);
bool HasListedLength(const Facts& f);
bool HasListedLengthAndNoContent(const Facts& f);
// The difference between both readings is letters' case, in codings alone.
bool DiffersInCodingCase(const Facts& f);
bool HasZerosBeforeLength(const Facts& f);
bool HasUpgrade(const Facts& f);

// ---- chunked bodies: lines that begin with a digit ----
bool HasBlankInExtension(const Facts& f);
bool HasBlankInExtensionAndUpgrade(const Facts& f);
bool HasSeveralOrQuoted(const Facts& f);  // extensions
bool HasLongSize(const Facts& f);         // 17 digits and more

// Our head is not whole, and none of the usual continuations makes a request
// that we take: they refuse a byte sooner what we refuse a little later.
bool IsRefusedLater(const Facts& f);
// The same in a body: whatever byte comes next, we refuse it.
bool IsRefusedNext(const Facts& f);

}  // namespace differential

#endif  // H1_TESTS_DIFFERENTIAL_FACTS_H_
