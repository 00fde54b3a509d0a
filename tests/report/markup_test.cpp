#include "report/markup.hpp"

#include <catch2/catch.hpp>

TEST_CASE("markup in a text is shown, not obeyed") {
    CHECK(report::escaped_html(R"(<a href="x" id='y'>&amp;</a>)") ==
          "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;");
    CHECK(report::escaped_slack(R"(<!channel> & "it's")") == R"(&lt;!channel&gt; &amp; "it's")");
    CHECK(report::escaped_html("").empty());
}
