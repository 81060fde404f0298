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
