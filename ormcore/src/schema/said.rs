use crate::schema::Column;

/// A message that is put together when the program is compiled.
pub(crate) struct Said {
    text: [u8; 600],
    length: usize,
}

impl Said {
    pub(crate) const NOTHING: Said = Said { text: [b' '; 600], length: 0 };

    pub(crate) const fn add(mut self, part: &str) -> Self {
        let part = part.as_bytes();
        let mut at = 0;
        while at < part.len() && self.length < self.text.len() {
            self.text[self.length] = part[at];
            self.length += 1;
            at += 1;
        }
        self
    }

    /// What names the column behind `Model::`.
    pub(crate) const fn add_constant(self, column: &Column) -> Self {
        match column.embedded {
            None => self.add(column.constant),
            Some(embedded) => self.add_shouted(column.within).add(".col(..::").add_constant(embedded).add(")"),
        }
    }

    /// The fields that lead to the column, as `#[model(..)]` names it.
    pub(crate) const fn add_path(self, column: &Column) -> Self {
        match column.embedded {
            None => self.add(column.field),
            Some(embedded) => self.add(column.within).add(".").add_path(embedded),
        }
    }

    /// The name of the constant that a field gives, as far as its letters are those of ASCII.
    const fn add_shouted(mut self, field: &str) -> Self {
        let (field, mut at) = (field.as_bytes(), 0);
        while at < field.len() {
            if at > 0 && field[at].is_ascii_uppercase() && field[at - 1].is_ascii_lowercase() {
                self = self.add("_");
            }
            if self.length < self.text.len() {
                self.text[self.length] = field[at].to_ascii_uppercase();
                self.length += 1;
            }
            at += 1;
        }
        self
    }

    #[track_caller]
    pub(crate) const fn tell(&self) -> ! {
        let (text, _) = self.text.split_at(self.length);
        match std::str::from_utf8(text) {
            Ok(text) => panic!("{}", text),
            // Only a name that was cut in the middle of a letter.
            Err(_) => panic!("a model's columns or relationships contradict each other"),
        }
    }
}
