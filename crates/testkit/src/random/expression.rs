//! Expressions over an event type, by result. Everything is in parentheses: what is tested is
//! meaning, and the parser has tests of its own.

use super::dice::Dice;
use super::schema::{Kind, Stream};

/// Makes expressions over one event type.
#[derive(Clone, Copy)]
pub struct Expressions<'a> {
    pub stream: &'a Stream,
}

impl Expressions<'_> {
    /// A condition.
    pub fn condition(&self, dice: &mut Dice, depth: u32) -> String {
        if depth == 0 {
            return self.atom(dice, 0);
        }
        match dice.below(8) {
            0 | 1 => format!(
                "({} {} {})",
                self.condition(dice, depth - 1),
                dice.pick(&["and", "or"]),
                self.condition(dice, depth - 1)
            ),
            2 => format!("(not {})", self.condition(dice, depth - 1)),
            _ => self.atom(dice, depth - 1),
        }
    }

    fn atom(&self, dice: &mut Dice, depth: u32) -> String {
        let number = |dice: &mut Dice| self.number(dice, depth.min(1));
        let op = dice.pick(&["=", "!=", "<", ">", "<=", ">="]);
        let (low, high) = (dice.between(-1, 3), dice.between(0, 6));
        match dice.below(15) {
            0..=2 => format!("({} {op} {high})", number(dice)),
            3 => match self
                .stream
                .pair(dice, |k| matches!(k, Kind::Int | Kind::Long | Kind::Double))
            {
                Some((left, right)) => format!("({left} {op} {right})"),
                None => format!("({} {op} {high})", number(dice)),
            },
            4 => match self.fraction(dice) {
                Some(name) => format!("({name} {op} {low}.5)"),
                None => format!("({} {op} {low})", number(dice)),
            },
            5 => format!("({} {op} {})", self.text(dice, 0), self.letter(dice)),
            6 => self.truth(dice),
            7 => format!("({} {}between {low} and {high})", number(dice), not(dice)),
            8 => format!("({} {}in ({low}, {high}, 8))", number(dice), not(dice)),
            9 => {
                let (text, letter) = (self.text(dice, 0), self.letter(dice));
                format!("({text} {}in ({letter}, 'c'))", not(dice))
            }
            10 => self.matching(dice),
            11 => format!("({} is {}null)", self.stream.any(dice), not(dice)),
            12 => format!(
                "({} {}in {}{low}:{high}{})",
                number(dice),
                not(dice),
                dice.pick(&["[", "("]),
                dice.pick(&["]", ")"])
            ),
            13 => format!("(coalesce({}, 0) {op} {high})", number(dice)),
            // The real engine fails where the left side of an order is null.
            _ => format!(
                "(coalesce({}, 0) {op} {} ({low}, {high}))",
                number(dice),
                dice.pick(&["any", "all"])
            ),
        }
    }

    fn truth(&self, dice: &mut Dice) -> String {
        match self.stream.pick(dice, |k| k == Kind::Bool) {
            None => self.matching(dice),
            Some(name) => match dice.below(3) {
                0 => name.to_string(),
                1 => format!("({name} is {}true)", not(dice)),
                _ => format!("({name} = {})", dice.percent(50)),
            },
        }
    }

    fn matching(&self, dice: &mut Dice) -> String {
        let text = self.text(dice, 0);
        match dice.percent(70) {
            true => format!(
                "({text} {}like '{}')",
                not(dice),
                dice.pick(&["a%", "_", "%b%"])
            ),
            false => format!(
                "({text} {}regexp '{}')",
                not(dice),
                dice.pick(&["a.*", "[ab]", "b+"])
            ),
        }
    }

    fn letter(&self, dice: &mut Dice) -> &'static str {
        dice.pick(&["'a'", "'b'", "'c'"])
    }

    /// A numeric property; the real engine neither adds nor compares some narrow ones.
    fn wide(&self, dice: &mut Dice) -> String {
        let name = self.stream.pick(dice, Kind::is_number).unwrap_or("ts");
        match self.stream.kind(name) {
            Some(Kind::Byte | Kind::Short) => format!("({name} + 0)"),
            _ => name.to_string(),
        }
    }

    /// A fraction for comparing with; a filter converts no whole number to it.
    fn fraction(&self, dice: &mut Dice) -> Option<&str> {
        self.stream
            .pick(dice, |k| matches!(k, Kind::Float | Kind::Double))
    }

    /// A number.
    pub fn number(&self, dice: &mut Dice, depth: u32) -> String {
        if depth == 0 || dice.percent(50) {
            return self.wide(dice);
        }
        let (a, n) = (self.number(dice, depth - 1), dice.between(1, 4));
        match dice.below(12) {
            0..=2 => format!("({a} {} {n})", dice.pick(&["+", "-", "*", "/"])),
            3 => format!(
                "({a} {} {})",
                dice.pick(&["+", "-", "*"]),
                self.number(dice, depth - 1)
            ),
            4 => self.remainder(dice, n),
            5 => format!(
                "(case when {} then {a} else {n} end)",
                self.condition(dice, depth - 1)
            ),
            6 => format!("(case {} when {n} then {a} end)", self.number(dice, 0)),
            7 => format!("coalesce({a}, {})", self.number(dice, depth - 1)),
            8 => format!("{}({a}, {n})", dice.pick(&["max", "min"])),
            9 => format!("cast({a}, {})", dice.pick(&["int", "long", "double"])),
            // A zero of a fraction has two signs, which an index tells apart.
            10 => match self.stream.pick(dice, Kind::is_whole) {
                Some(name) => format!("(-{name})"),
                None => a,
            },
            _ => format!("({a} + {n}.5)"),
        }
    }

    fn remainder(&self, dice: &mut Dice, n: i64) -> String {
        match self.stream.pick(dice, |k| k == Kind::Int) {
            Some(name) => match dice.percent(50) {
                true => format!("({name} % {n})"),
                false => format!("({name} {} {n})", dice.pick(&["&", "|", "^"])),
            },
            None => n.to_string(),
        }
    }

    /// A text.
    pub fn text(&self, dice: &mut Dice, depth: u32) -> String {
        let name = self.stream.pick(dice, |k| k == Kind::Text).unwrap_or("'a'");
        if depth == 0 {
            return name.to_string();
        }
        match dice.below(5) {
            0 => format!("({name} || '!')"),
            1 => format!("({name} || {})", self.text(dice, depth - 1)),
            2 => format!("coalesce({name}, {})", self.letter(dice)),
            3 => format!(
                "(case when {} then {name} else {} end)",
                self.condition(dice, depth - 1),
                self.letter(dice)
            ),
            _ => match self.stream.pick(dice, Kind::is_whole) {
                Some(whole) => format!("cast({whole}, string)"),
                None => name.to_string(),
            },
        }
    }
}

fn not(dice: &mut Dice) -> &'static str {
    if dice.percent(30) { "not " } else { "" }
}
