// The page of `--output html` in a real browser.
#include "fakes/browser.hpp"
#include "fakes/program.hpp"
#include "integration/program.hpp"
#include "integration/world.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>

using integration::World;

namespace {

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("The page is shown whole by a browser, with nothing refused and nothing blank", "[integration][browser]") {
    World world;
    for (std::uint32_t i = 0; i < 30; ++i)
        world.user("user-" + std::to_string(i), integration::account(i), "12.5", 10'000'000 * (1 + 3 * i));
    world.open_market("odds", integration::contract(1), "50", "50", std::pair{4U, 6U});
    world.flush();
    world.database.exec("UPDATE markets SET title = '<script>document.title=\"owned\"</script><b>bold</b> 日本'");
    const fakes::Ended ended = fakes::run_program({"run", "--output", "html"}, integration::environment_of(world));
    REQUIRE(ended.code == 1);
    fakes::BrowserPage page(ended.out);
    const std::string dom = page.dom();
    CHECK(holds(dom, "<h1 class=\"MISMATCH\">OUT OF SYNC: "));
    CHECK(holds(dom, "<bdi class=\"id\">user-29</bdi>"));
    CHECK(holds(dom, "<rect class=\"more\""));
    CHECK(holds(dom, "&lt;script&gt;document.title"));
    CHECK_FALSE(holds(dom, "<b>"));
    CHECK_FALSE(holds(dom, "<title>owned"));
    const std::string image = page.image();
    const std::string paper = page.paper();
    CHECK(image.starts_with("\x89PNG"));
    CHECK(paper.starts_with("%PDF-"));
    CHECK_FALSE(holds(page.console(), "Content Security Policy"));

    // What the same browser makes of a page without content, and of one whose style is not the one its policy names.
    fakes::BrowserPage blank("<!DOCTYPE html><title>blank</title>");
    CHECK(image.size() > 4 * blank.image().size());
    CHECK(paper.size() > 4 * blank.paper().size());
    std::string changed = ended.out;
    changed.insert(changed.find("</style>"), "body { color: red; }");
    fakes::BrowserPage refused(changed);
    refused.dom();
    CHECK(holds(refused.console(), "Content Security Policy"));
}
