// A real browser, headless: what it makes of a page.
#pragma once

#include <string>

namespace fakes {

/// A page in a directory of its own. Each look starts a browser with no profile; it throws where that does not end well
/// within a minute.
class BrowserPage {
  public:
    explicit BrowserPage(const std::string& page);
    ~BrowserPage();
    BrowserPage(const BrowserPage&) = delete;
    BrowserPage& operator=(const BrowserPage&) = delete;

    /// The document as it stands after loading, as HTML.
    std::string dom();
    /// A PNG, a PDF.
    std::string image();
    std::string paper();
    /// What the browser said at all this: the page's violations of its own policy are among it.
    std::string console() const;

  private:
    void look(const std::string& how);
    std::string file(const std::string& name) const;

    std::string directory_ = "/tmp/stellar-sync-browser-XXXXXX";
};

} // namespace fakes
