// Controls: a contract that many rows share is asked, beside the rows' markets, for a market that does not exist. An
// answer that is byte for byte the control's, at the same ledger, says nothing about its market: so answers a contract
// that ignores its argument or was never initialized.
//
// An answer can be compared with a control of the same ledger, or with two equal ones around it. Until there is one, it
// waits. One control serves all answers that wait; at most one is under way. What one endpoint said is not compared
// with what another says. This class only decides: its caller makes the calls.
#pragma once

#include "base/digest.hpp"
#include "net/dispatcher.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cycle {

class Controls {
  public:
    enum class Word {
        distinct, // the control is another answer, or the contract's own refusal
        same,     // the control is the same answer
        failed,   // there is no control to compare with: `why`
        too_late, // the endpoint has moved on, and no control can be compared any more: ask for the market again
    };
    struct Judged {
        net::CallId answer = 0;
        Word word{};
        std::string why;
    };

    /// An answer (XDR) that waits to be judged, and the endpoint (its place in the list) that gave it.
    void hold(net::CallId answer, std::uint32_t ledger, std::string_view result, std::size_t endpoint);
    /// A control is needed: the first one, or one for the answers that wait. The caller asks for it, once, with
    /// least_ledger(), and reports what came of it.
    bool wanted() const { return !under_way_ && (by_ledger_.empty() || !waiting_.empty()); }
    std::uint32_t least_ledger() const;
    void asked() { under_way_ = true; }
    void answered(const net::Simulation& control, std::size_t endpoint);
    /// The call came to nothing: all that wait for it fail.
    void failed(const std::string& why);
    /// The answers judged since.
    std::vector<Judged> take();
    /// Forgets all answers that wait.
    void abandon();

  private:
    struct Control {
        enum class Kind { value, refused, failed };
        Kind kind{};
        base::Hash digest{}; // of the value
        std::string error;   // failed

        bool equals(const Control& other) const {
            return kind == other.kind && (kind != Kind::value || digest == other.digest);
        }
    };
    struct Waiting {
        net::CallId answer = 0;
        std::uint32_t ledger = 0;
        base::Hash digest{};
    };

    void serve(std::size_t endpoint);
    const Control* comparable(std::uint32_t ledger) const;
    void judge();

    std::map<std::uint32_t, Control> by_ledger_;
    std::vector<Waiting> waiting_;
    std::vector<Judged> judged_;
    std::size_t endpoint_ = 0;
    bool under_way_ = false;
};

} // namespace cycle
