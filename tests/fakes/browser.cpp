#include "fakes/browser.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace fakes {

namespace {

// With nothing of the user's, no network and no service of the desktop.
constexpr const char* command =
    "timeout 60 env -i PATH=\"$PATH\" HOME={0} {1} --headless --no-sandbox --disable-gpu --disable-dev-shm-usage "
    "--disable-background-networking --disable-component-update --disable-sync --no-first-run --enable-logging=stderr "
    "--user-data-dir={0}/profile --window-size=1200,1600 {2} file://{0}/page.html >{0}/out 2>>{0}/err </dev/null";

} // namespace

BrowserPage::BrowserPage(const std::string& page) {
    if (mkdtemp(directory_.data()) == nullptr) throw std::runtime_error("test set-up: no directory");
    std::ofstream(directory_ + "/page.html", std::ios::binary) << page;
}

BrowserPage::~BrowserPage() {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
}

void BrowserPage::look(const std::string& how) {
    const std::string line = fmt::format(fmt::runtime(command), directory_, CHROMIUM, how);
    if (std::system(line.c_str()) != 0) throw std::runtime_error("the browser failed: " + console());
}

std::string BrowserPage::file(const std::string& name) const {
    std::ifstream in(directory_ + "/" + name, std::ios::binary);
    return std::string{std::istreambuf_iterator<char>(in), {}};
}

std::string BrowserPage::dom() {
    look("--dump-dom");
    return file("out");
}

std::string BrowserPage::image() {
    look(fmt::format("--screenshot={}/image.png", directory_));
    return file("image.png");
}

std::string BrowserPage::paper() {
    look(fmt::format("--no-pdf-header-footer --print-to-pdf={}/paper.pdf", directory_));
    return file("paper.pdf");
}

std::string BrowserPage::console() const {
    return file("err");
}

} // namespace fakes
