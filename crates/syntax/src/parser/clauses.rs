//! The clauses behind the select list.
//!
//! Nouns: `from`, `match_recognize`, `where`, `group by`, `having`, `output`, `order by`, `limit`, `for`, in this order.
//! Never: accepts them in another order; it says which one stands too late.

use super::{Parser, Production};
use crate::ast::{Expr, ForClause, GroupItem, Limit, OrderItem, Select, SortOrder};
use crate::{Diagnostic, Span};

/// The clauses in the order of the language.
const ORDER: [&str; 7] = [
    "from", "where", "group", "having", "output", "order", "limit",
];

/// Makes the entry for one of the words before parentheses.
type BuildGroup = fn(Vec<GroupItem>, Span) -> GroupItem;

impl Parser<'_> {
    pub(super) fn clauses(&mut self, select: &mut Select) {
        if self.eat_word("from") {
            select.from = self.clause(Self::stream_sources);
        }
        if self.at_word("match_recognize") {
            select.match_recognize =
                self.clause(|p| p.match_recognize().map(|m| Some(Box::new(m))));
        }
        if self.eat_word("where") {
            select.where_ = self.clause(|p| p.expr().map(Some));
        }
        if self.at_words(&["group", "by"]) {
            self.at += 2;
            select.group_by = self.clause(|p| p.clause_list(Self::group_item));
        }
        if self.eat_word("having") {
            select.having = self.clause(|p| p.expr().map(Some));
        }
        if self.at_word("output") {
            select.output = self.clause(|p| p.output_limit().map(Some));
        }
        if self.at_words(&["order", "by"]) {
            self.at += 2;
            select.order_by = self.clause(|p| p.clause_list(Self::order_item));
        }
        if self.at_word("limit") {
            select.limit = self.clause(|p| p.limit().map(Some));
        }
        while self.at_word("for") {
            let found = self.clause(|p| p.for_clause().map(Some));
            select.for_clauses.extend(found);
        }
        self.misplaced_clause();
    }

    /// Reports a clause that stands behind one that should follow it.
    fn misplaced_clause(&mut self) {
        let Some(word) = ORDER.into_iter().find(|w| self.at_word(w)) else {
            return;
        };
        let fault = match self.at_words(&[word, "by"]) || !matches!(word, "group" | "order") {
            true => Diagnostic::syntax(format!("`{word}` stands too late"), self.token().span)
                .with_help(format!("the order of clauses is {}", ORDER.join(", "))),
            false => Diagnostic::syntax(format!("expected `by` after `{word}`"), self.token().span),
        };
        let _: Production<()> = self.fail(fault);
        self.advance();
        self.skip_clause();
        self.misplaced_clause_or_end();
    }

    fn misplaced_clause_or_end(&mut self) {
        while ORDER.iter().any(|w| self.at_word(w)) {
            self.advance();
            self.skip_clause();
        }
    }

    fn group_item(&mut self) -> Production<GroupItem> {
        let start = self.start();
        let (words, build): (usize, BuildGroup) = match () {
            () if self.at_words(&["rollup", "("]) => (2, GroupItem::Rollup),
            () if self.at_words(&["cube", "("]) => (2, GroupItem::Cube),
            () if self.at_words(&["grouping", "sets", "("]) => (3, GroupItem::GroupingSets),
            () => return self.expr().map(GroupItem::Expr),
        };
        self.enter(|p| {
            p.at += words;
            let items = p.comma_list(")", Self::group_set_item)?;
            p.expect(")")?;
            Ok(build(items, p.span_from(start)))
        })
    }

    /// An entry within `rollup(…)` and the like, where `(a, b)` is a set.
    fn group_set_item(&mut self) -> Production<GroupItem> {
        if !self.at("(") || !self.parentheses_are_entry() {
            return self.group_item();
        }
        let start = self.start();
        self.advance();
        let exprs = self.comma_list(")", Self::expr)?;
        self.expect(")")?;
        Ok(GroupItem::Composite(exprs, self.span_from(start)))
    }

    /// Whether `,` or `)` follows the parenthesis that closes the one here.
    fn parentheses_are_entry(&self) -> bool {
        let mut open = 0usize;
        let mut ahead = 0;
        while self.at + ahead < self.tokens.len() && !self.at_ahead(ahead, ";") {
            open += usize::from(self.at_ahead(ahead, "("));
            if self.at_ahead(ahead, ")") {
                open -= 1;
                if open == 0 {
                    return self.at_ahead(ahead + 1, ",") || self.at_ahead(ahead + 1, ")");
                }
            }
            ahead += 1;
        }
        false
    }

    fn order_item(&mut self) -> Production<OrderItem> {
        let start = self.start();
        let expr = self.expr()?;
        let order = match self.eat_word("desc") {
            true => SortOrder::Descending,
            false => {
                self.eat_word("asc");
                SortOrder::Ascending
            }
        };
        Ok(OrderItem {
            expr,
            order,
            span: self.span_from(start),
        })
    }

    /// `limit 10`, `limit 10 offset 2`, `limit 2, 10`
    fn limit(&mut self) -> Production<Limit> {
        let start = self.start();
        self.expect_word("limit")?;
        let first = self.limit_value()?;
        let (count, offset) = if self.eat(",") {
            (self.limit_value()?, Some(first))
        } else if self.eat_word("offset") {
            (first, Some(self.limit_value()?))
        } else {
            (first, None)
        };
        Ok(Limit {
            count,
            offset,
            span: self.span_from(start),
        })
    }

    fn limit_value(&mut self) -> Production<Expr> {
        self.operators(super::level::SIGN)
    }

    fn for_clause(&mut self) -> Production<ForClause> {
        let start = self.start();
        self.expect_word("for")?;
        let name = self.ident("`grouped_delivery` or `discrete_delivery`")?;
        let mut args = Vec::new();
        if self.eat("(") {
            args = self.comma_list(")", Self::expr)?;
            self.expect(")")?;
        }
        Ok(ForClause {
            name,
            args,
            span: self.span_from(start),
        })
    }
}
