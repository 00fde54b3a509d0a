#include "sync/other_endpoints.hpp"

#include <iterator>
#include <utility>

namespace cycle {

void OtherEndpoints::ask(Item item) {
    follow();
    put(std::move(item));
}

void OtherEndpoints::put(Item item) {
    ++under_way_;
    if (reads_) {
        reads_->ask(std::move(item));
    } else {
        given_up_.push_back({std::move(item), net::GivenUp{}});
    }
}

bool OtherEndpoints::any_left() const {
    const net::Dispatcher& cycles = loop_.dispatcher();
    if (cycles.endpoint() + 1 >= cycles.endpoints()) return false;
    return serving_ != cycles.endpoint() || (others_ && !others_->exhausted());
}

/// After the cycle's own endpoint, wherever in the list that is.
void OtherEndpoints::follow() {
    if (serving_ == loop_.dispatcher().endpoint()) return;
    std::vector<Item> overtaken = abandon();
    serving_ = loop_.dispatcher().endpoint();
    others_ = loop_.dispatcher().of_the_others();
    if (others_) reads_.emplace(target_, *others_);
    loop_.also(others_.get());
    for (Item& item : overtaken) {
        // The endpoint that serves now may come to the ledger itself.
        if (item.purpose == Purpose::recheck_elsewhere) {
            ++under_way_;
            given_up_.push_back({std::move(item), net::GivenUp{}});
        } else {
            put(std::move(item));
        }
    }
}

void OtherEndpoints::advance() {
    if (!serving_) return; // nothing was ever asked
    follow();
    if (!others_) return;
    reads_->flush();
    others_->settle();
    others_->advance({});
}

std::vector<AnsweredItem> OtherEndpoints::take_answers() {
    std::vector<AnsweredItem> answers = std::exchange(given_up_, {});
    if (reads_) {
        std::vector<AnsweredItem> more = reads_->take_answers();
        reads_->flush(); // second questions: nothing else may come that would send them
        others_->advance({});
        answers.insert(answers.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    }
    under_way_ -= answers.size();
    return answers;
}

std::vector<Item> OtherEndpoints::abandon() {
    std::vector<Item> items;
    if (reads_) items = reads_->abandon();
    if (others_) others_->abandon();
    loop_.also(nullptr);
    reads_.reset();
    others_.reset();
    serving_.reset();
    for (AnsweredItem& answer : std::exchange(given_up_, {})) items.push_back(std::move(answer.item));
    under_way_ = 0;
    return items;
}

} // namespace cycle
