//! Chromium without a window, driven by chromedriver; both end with it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use ormcore_tests::{missing, program};
use serde_json::json;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// Without a window, and without asking anything of the network but the site.
const FLAGS: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
];

/// How long a page may take, beside other tests.
const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(20);

pub(crate) struct Browser {
    runtime: Runtime,
    driver: Client,
    _chromedriver: Chromedriver,
    _profile: TempDir,
    /// Where its pictures go.
    pictures: PathBuf,
}

/// A group of processes, chromium among them.
struct Chromedriver(Child);

impl Browser {
    /// A browser with a new profile. Where none is installed there is none, and the tests' output says so.
    pub(crate) fn start(name: &str) -> Option<Self> {
        let (Some(chromium), Some(chromedriver)) = (program("chromium"), program("chromedriver")) else {
            missing("chromium", "`chromium` and `chromedriver` are not in PATH (Debian: chromium, chromium-driver)");
            return None;
        };
        let profile = tempfile::tempdir().unwrap();
        let (chromedriver, port) = Chromedriver::start(&chromedriver);
        let profile_flag = format!("--user-data-dir={}", profile.path().display());
        let flags: Vec<&str> = FLAGS.into_iter().chain([profile_flag.as_str()]).collect();
        let options = json!({ "goog:chromeOptions": { "binary": chromium, "args": flags } });
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let driver = runtime.block_on(async {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            builder.capabilities(options.as_object().unwrap().clone());
            builder.connect(&format!("http://127.0.0.1:{port}")).await.unwrap()
        });
        let pictures = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bookshelf").join(name);
        fs::create_dir_all(&pictures).unwrap();
        Some(Browser { runtime, driver, _chromedriver: chromedriver, _profile: profile, pictures })
    }

    fn run<T>(&self, command: impl Future<Output = Result<T, CmdError>>) -> T {
        self.runtime.block_on(command).unwrap()
    }

    pub(crate) fn open(&self, address: &str) {
        self.run(self.driver.goto(address));
    }

    /// The element, when it is there.
    fn find(&self, css: &str) -> Element {
        self.run(self.driver.wait().at_most(PATIENCE).every(PAUSE).for_element(Locator::Css(css)))
    }

    /// Clicks on what leads to another page, and waits for that: a driver may answer before the old one has gone.
    pub(crate) fn click(&self, css: &str) {
        let before = self.find("html");
        self.run(self.find(css).click());
        let until = Instant::now() + PATIENCE;
        while self.runtime.block_on(before.tag_name()).is_ok() {
            assert!(Instant::now() < until, "{css} leads nowhere");
            self.runtime.block_on(async { tokio::time::sleep(PAUSE).await });
        }
    }

    /// Types into a field that may be filled already.
    pub(crate) fn fill(&self, name: &str, text: &str) {
        let field = self.find(&format!("[name={name}]"));
        self.run(field.clear());
        self.run(field.send_keys(text));
    }

    pub(crate) fn text(&self, css: &str) -> String {
        self.run(self.find(css).text())
    }

    /// What stands in the field.
    pub(crate) fn value(&self, name: &str) -> String {
        self.run(self.find(&format!("[name={name}]")).prop("value")).unwrap_or_default()
    }

    pub(crate) fn count(&self, css: &str) -> usize {
        self.run(self.driver.find_all(Locator::Css(css))).len()
    }

    pub(crate) fn path(&self) -> String {
        self.run(self.driver.current_url()).path().to_string()
    }

    pub(crate) fn title(&self) -> String {
        self.run(self.driver.title())
    }

    /// What the page's own script would see.
    pub(crate) fn evaluate(&self, script: &str) -> i64 {
        let value = self.run(self.driver.execute(&format!("return {script};"), Vec::new()));
        value.as_i64().unwrap_or_else(|| panic!("{script}: {value}"))
    }

    /// Whether the page has opened a dialog.
    pub(crate) fn has_dialog(&self) -> bool {
        self.runtime.block_on(self.driver.get_alert_text()).is_ok()
    }

    pub(crate) fn forget_cookies(&self) {
        self.run(self.driver.delete_all_cookies());
    }

    /// A picture of the whole page at this width. No page is wider than the window.
    pub(crate) fn picture(&self, name: &str, width: u32) {
        self.run(self.driver.set_window_rect(0, 0, width, 900));
        assert_eq!(self.evaluate("window.innerWidth"), i64::from(width), "{name}");
        let height = self.evaluate("document.documentElement.scrollHeight").clamp(600, 4000) as u32;
        self.run(self.driver.set_window_rect(0, 0, width, height));
        let path = self.pictures.join(format!("{name}-{width}.png"));
        fs::write(&path, self.run(self.driver.screenshot())).unwrap();
        let too_wide = self.evaluate("document.documentElement.scrollWidth - window.innerWidth");
        assert!(too_wide <= 0, "{name} is {too_wide} pixels wider than a window of {width}: {}", path.display());
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Where this fails, as after a panic, the group is ended all the same.
        let _ = self.runtime.block_on(self.driver.clone().close());
    }
}

impl Chromedriver {
    /// On a free port, which it says.
    fn start(program: &Path) -> (Self, u16) {
        let mut process = Command::new(program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let mut lines = output.lines().map_while(Result::ok);
        let words = lines.find(|line| line.contains("started successfully on port ")).expect("it says its port");
        let port = words.rsplit(' ').next().unwrap().trim_end_matches('.').parse().unwrap();
        // It writes on, and must not meet a closed pipe.
        std::thread::spawn(move || lines.for_each(drop));
        (Chromedriver(process), port)
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        let _ = self.0.wait();
    }
}
