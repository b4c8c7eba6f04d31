//! The file of a backup: lines of JSON, encrypted as a whole. First a line about the backup; then for each table a line
//! with its columns, a line for each row and one with their number; at the end the digest of all that. It is written
//! under another name until it is whole and on disk, and nothing of it is ever on disk unencrypted.
//!
//! What must not live here: what the lines come from (`rows`).

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::secret::age::{FileKey, Identity, Opener, Recipient, Sealer, With};

/// The form of the lines, to be raised when it changes.
pub(super) const FORM: u32 = 1;

/// The first line: what the backup is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The form of the file.
    pub onroll_backup: u32,
    /// The version of Onroll that wrote it.
    pub version: String,
    /// The moment it is of: everything stored by then is in it.
    pub taken_at: DateTime<Utc>,
    /// The migrations of the database, oldest first.
    pub migrations: Vec<String>,
    /// The fingerprint of the key that the database was used with.
    pub fingerprint: String,
}

/// One line.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Line {
    Row(Vec<serde_json::Value>),
    Table { table: String, columns: Vec<String> },
    End(End),
    Rows { rows: u64 },
}

/// The last line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// SHA-256 of every byte before this line, in hexadecimal.
    pub sha256: String,
    /// The number of tables.
    pub tables: u64,
    /// The number of rows in all of them.
    pub rows: u64,
}

/// Why a backup file cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The file cannot be written or read, or was changed.
    #[error("{0}")]
    File(#[from] io::Error),
    /// It is no backup of a form that this version reads, or not whole.
    #[error("{0}")]
    Form(&'static str),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] Error),
}

/// Counts and digests what passes through.
struct Digested<T> {
    inner: T,
    digest: Sha256,
}

impl<W: Write> Write for Digested<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.inner.write(bytes)?;
        self.digest.update(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// A backup that is being written.
pub(super) struct Writing {
    to: Digested<BufWriter<Sealer<BufWriter<File>>>>,
    key: FileKey,
    draft: Draft,
    tables: u64,
    rows: u64,
}

/// The file under its other name, which is removed if the backup does not come to its end.
struct Draft(PathBuf);

impl Drop for Draft {
    fn drop(&mut self) {
        // It is gone already if it was renamed; what a kill leaves behind is encrypted.
        let _ = fs::remove_file(&self.0);
    }
}

impl Writing {
    /// Begins a file that will be `path`, readable by its owner alone. Fails if there is such a file.
    pub(super) fn begin(path: &Path, recipients: &[Recipient], about: &About) -> Result<Self, Fault> {
        if path.exists() {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "there is such a file already").into());
        }
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{}.part", std::process::id()));
        let draft = Draft(PathBuf::from(name));
        let file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&draft.0)?;
        let (sealer, key) = Sealer::new(BufWriter::new(file), recipients)?;
        let to = Digested { inner: BufWriter::with_capacity(64 * 1024, sealer), digest: Sha256::new() };
        let mut writing = Self { to, key, draft, tables: 0, rows: 0 };
        writing.put(about)?;
        Ok(writing)
    }

    fn put(&mut self, line: &impl Serialize) -> Result<(), Fault> {
        serde_json::to_writer(&mut self.to, line).map_err(io::Error::from)?;
        self.to.write_all(b"\n")?;
        Ok(())
    }

    /// Begins a table.
    pub(super) fn table(&mut self, table: &str, columns: &[&str]) -> Result<(), Fault> {
        self.tables += 1;
        let columns = columns.iter().map(|column| (*column).to_owned()).collect();
        self.put(&Line::Table { table: table.to_owned(), columns })
    }

    /// Writes a row of the table.
    pub(super) fn row(&mut self, row: Vec<serde_json::Value>) -> Result<(), Fault> {
        self.rows += 1;
        self.put(&Line::Row(row))
    }

    /// Ends a table that has so many rows.
    pub(super) fn rows(&mut self, rows: u64) -> Result<(), Fault> {
        self.put(&Line::Rows { rows })
    }

    /// Ends the file, has it on disk, reads it back and compares it with what was written, and only then gives it its
    /// name. The backup can be read back because its key is still held here; that the recipient's private key opens it
    /// is not shown by this.
    pub(super) fn finish(mut self, path: &Path) -> Result<Written, Fault> {
        let sha256 = hex::encode(self.to.digest.clone().finalize());
        let end = End { sha256, tables: self.tables, rows: self.rows };
        self.put(&Line::End(end.clone()))?;
        let Self { to, key, draft, .. } = self;
        let sealer = to.inner.into_inner().map_err(io::IntoInnerError::into_error)?;
        let file = sealer.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        let again = Reading::open(&draft.0, &With::FileKey(&key))?.check()?;
        if again != end {
            return Err(Fault::Form("what was read back is not what was written"));
        }
        let (sha256, bytes) = digest_of(&draft.0)?;
        fs::rename(&draft.0, path)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()?;
        Ok(Written { end, sha256, bytes })
    }
}

/// A backup that is whole and on disk.
#[derive(Clone, Debug)]
pub struct Written {
    /// What its last line says.
    pub end: End,
    /// SHA-256 of the encrypted file, by which a copy of it is checked.
    pub sha256: String,
    /// The size of the encrypted file.
    pub bytes: u64,
}

fn digest_of(path: &Path) -> io::Result<(String, u64)> {
    let (mut file, mut digest, mut bytes) = (File::open(path)?, Sha256::new(), 0);
    let mut some = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut some)?;
        if read == 0 {
            return Ok((hex::encode(digest.finalize()), bytes));
        }
        digest.update(&some[..read]);
        bytes += read as u64;
    }
}

/// A backup that is being read.
pub(super) struct Reading {
    from: BufReader<Opener<BufReader<File>>>,
    digest: Sha256,
    line: Vec<u8>,
    /// What the backup is of.
    pub(super) about: About,
}

impl Reading {
    /// Opens a backup and reads its first line.
    pub(super) fn open(path: &Path, with: &With<'_>) -> Result<Self, Fault> {
        let opener = Opener::new(BufReader::new(File::open(path)?), with)?;
        let (mut from, mut line, mut digest) = (BufReader::with_capacity(64 * 1024, opener), Vec::new(), Sha256::new());
        from.read_until(b'\n', &mut line)?;
        digest.update(&line);
        let about: About = serde_json::from_slice(&line).map_err(|_| Fault::Form("the file is no backup of Onroll"))?;
        if about.onroll_backup != FORM {
            return Err(Fault::Form("the backup has a form that this version does not read"));
        }
        Ok(Self { from, digest, line, about })
    }

    /// The next line. The last one is given only if it tells the digest of all before it, and nothing follows.
    pub(super) fn next(&mut self) -> Result<Line, Fault> {
        const NOT_WHOLE: &str = "the backup is not whole";
        self.line.clear();
        self.from.read_until(b'\n', &mut self.line)?;
        if self.line.pop() != Some(b'\n') {
            return Err(Fault::Form(NOT_WHOLE));
        }
        let line: Line = serde_json::from_slice(&self.line).map_err(|_| Fault::Form("a line of the backup is none"))?;
        if let Line::End(end) = &line {
            let is_end = self.from.fill_buf()?.is_empty();
            if !is_end || end.sha256 != hex::encode(self.digest.clone().finalize()) {
                return Err(Fault::Form("the backup is not as it was written"));
            }
        }
        self.digest.update(&self.line);
        self.digest.update(b"\n");
        Ok(line)
    }

    /// Reads to the end and counts.
    pub(super) fn check(mut self) -> Result<End, Fault> {
        let (mut tables, mut all, mut rows) = (0, 0, 0);
        loop {
            match self.next()? {
                Line::Table { .. } => (tables, rows) = (tables + 1, 0),
                Line::Row(_) => (rows, all) = (rows + 1, all + 1),
                Line::Rows { rows: told } if told == rows => {}
                Line::End(end) if (end.tables, end.rows) == (tables, all) => return Ok(end),
                Line::Rows { .. } | Line::End(_) => return Err(Fault::Form("rows of the backup are missing")),
            }
        }
    }
}

/// Reads a backup to its end with the private key, and gives what its first and last lines say.
pub fn check(path: &Path, identity: &Identity) -> Result<(About, End), Fault> {
    let reading = Reading::open(path, &With::Identity(identity))?;
    let about = reading.about.clone();
    Ok((about, reading.check()?))
}
