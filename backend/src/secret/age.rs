//! Encryption to a public key in the format of `age` (age-encryption.org/v1, recipients of type X25519), so that any
//! program that knows the format opens what is sealed here. The private key is not needed to seal, and is not on the
//! server.
//!
//! What must not live here: what is encrypted (`backup`), and secrets that this service opens itself (`keyring`).

use std::fmt;
use std::io::{self, BufRead, Read, Write};
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Hrp};
use curve25519_dalek::montgomery::MontgomeryPoint;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::random_bytes;

const VERSION: &str = "age-encryption.org/v1";
const WRAP: &str = "age-encryption.org/v1/X25519";
/// The length of a piece that is sealed by itself, and of the proof that follows it.
const PIECE: usize = 64 * 1024;
const PROOF: usize = 16;
/// The length of the longest header line that is read: 20 recipients would need no more.
const LONGEST_LINE: u64 = 1_024;
const MOST_LINES: usize = 256;

/// A public key to which a file is sealed: `age1…`.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient([u8; 32]);

/// A private key that opens what was sealed to its recipient: `AGE-SECRET-KEY-1…`. Never printed.
#[derive(Clone)]
pub struct Identity([u8; 32]);

/// The key of one file. It is never stored; whoever sealed the file can read it back with it.
#[derive(Clone)]
pub struct FileKey([u8; 16]);

/// The text is no key of this kind.
#[derive(Debug, thiserror::Error)]
pub enum NoKey {
    /// It is no public key.
    #[error("this is not a public key of age, which begins with age1")]
    Recipient,
    /// It is no private key.
    #[error("this is not a private key of age, which begins with AGE-SECRET-KEY-1")]
    Identity,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[identity]")
    }
}

impl fmt::Debug for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[file key]")
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = bech32::encode::<Bech32>(Hrp::parse_unchecked("age"), &self.0).map_err(|_| fmt::Error)?;
        f.write_str(&text)
    }
}

impl FromStr for Recipient {
    type Err = NoKey;
    fn from_str(text: &str) -> Result<Self, NoKey> {
        key_of(text, "age").map(Self).ok_or(NoKey::Recipient)
    }
}

impl FromStr for Identity {
    type Err = NoKey;

    /// Reads the file that `age-keygen` writes: one private key, among lines that begin with `#`.
    fn from_str(text: &str) -> Result<Self, NoKey> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        match (lines.next(), lines.next()) {
            (Some(line), None) => key_of(line, "age-secret-key-").map(Self).ok_or(NoKey::Identity),
            _ => Err(NoKey::Identity),
        }
    }
}

fn key_of(text: &str, kind: &str) -> Option<[u8; 32]> {
    let read = CheckedHrpstring::new::<Bech32>(text.trim()).ok()?;
    let is_kind = read.hrp() == Hrp::parse_unchecked(kind);
    let bytes: Vec<u8> = read.byte_iter().collect();
    bytes.try_into().ok().filter(|_| is_kind)
}

impl Identity {
    /// The public key that belongs to it.
    pub fn recipient(&self) -> Recipient {
        Recipient(MontgomeryPoint::mul_base_clamped(self.0).to_bytes())
    }

    /// A new private key, for tests.
    pub fn generate() -> io::Result<Self> {
        random().map(Self)
    }

    /// The text of the key, as `age-keygen` writes it.
    pub fn reveal(&self) -> String {
        let hrp = Hrp::parse_unchecked("age-secret-key-");
        bech32::encode_upper::<Bech32>(hrp, &self.0).unwrap_or_else(|_| unreachable!("32 bytes are no long text"))
    }
}

fn random<const N: usize>() -> io::Result<[u8; N]> {
    random_bytes().map_err(|error| io::Error::other(error.to_string()))
}

fn broken(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

fn derive(key: &[u8], salt: &[u8], info: &str) -> [u8; 32] {
    let mut derived = [0; 32];
    let expanded = Hkdf::<Sha256>::new(Some(salt), key).expand(info.as_bytes(), &mut derived);
    expanded.unwrap_or_else(|_| unreachable!("32 bytes are not too many"));
    derived
}

fn cipher(key: &[u8; 32]) -> LessSafeKey {
    let key = UnboundKey::new(&CHACHA20_POLY1305, key);
    LessSafeKey::new(key.unwrap_or_else(|_| unreachable!("the key has the length that the cipher wants")))
}

/// The key under which the file key is wrapped for one recipient: X25519 of one side's private and the other's public
/// key. `None` for a public key with which everybody has the same secret.
fn wrapping(private: [u8; 32], public: [u8; 32], share: &[u8; 32], recipient: &[u8; 32]) -> Option<LessSafeKey> {
    let secret = MontgomeryPoint(public).mul_clamped(private).to_bytes();
    let salt = [share.as_slice(), recipient].concat();
    (secret != [0; 32]).then(|| cipher(&derive(&secret, &salt, WRAP)))
}

impl FileKey {
    fn stanza_for(&self, to: &Recipient) -> io::Result<String> {
        let one_time = random()?;
        let share = MontgomeryPoint::mul_base_clamped(one_time).to_bytes();
        let key = wrapping(one_time, to.0, &share, &to.0).ok_or_else(|| broken("the public key is no key"))?;
        let mut wrapped = self.0.to_vec();
        let sealed = key.seal_in_place_append_tag(Nonce::assume_unique_for_key([0; 12]), Aad::empty(), &mut wrapped);
        sealed.map_err(|_| broken("the file key could not be wrapped"))?;
        Ok(format!("-> X25519 {}\n{}\n", BASE64.encode(share), BASE64.encode(wrapped)))
    }

    fn proof_of(&self, header: &str) -> Hmac<Sha256> {
        let key = derive(&self.0, b"", "header");
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&key).unwrap_or_else(|_| unreachable!("HMAC takes a key of any length"));
        mac.update(header.as_bytes());
        mac
    }

    fn pieces(&self, nonce: &[u8; 16]) -> Pieces {
        Pieces { key: cipher(&derive(&self.0, nonce, "payload")), count: 0 }
    }
}

/// The key and the number of the next piece.
struct Pieces {
    key: LessSafeKey,
    count: u64,
}

impl Pieces {
    fn next(&mut self, is_last: bool) -> Nonce {
        let mut nonce = [0; 12];
        nonce[3..11].copy_from_slice(&self.count.to_be_bytes());
        nonce[11] = u8::from(is_last);
        self.count += 1;
        Nonce::assume_unique_for_key(nonce)
    }
}

/// Seals what is written to it. Without [`Self::finish`] the file does not open to its end.
pub struct Sealer<W> {
    to: W,
    pieces: Pieces,
    waiting: Vec<u8>,
}

impl<W: Write> Sealer<W> {
    /// Begins a file for these recipients, each of whom can open it, and gives its key.
    pub fn new(mut to: W, recipients: &[Recipient]) -> io::Result<(Self, FileKey)> {
        let (file_key, nonce) = (FileKey(random()?), random()?);
        let mut header = format!("{VERSION}\n");
        for recipient in recipients {
            header.push_str(&file_key.stanza_for(recipient)?);
        }
        header.push_str("---");
        let proof = file_key.proof_of(&header).finalize().into_bytes();
        to.write_all(format!("{header} {}\n", BASE64.encode(proof)).as_bytes())?;
        to.write_all(&nonce)?;
        let pieces = file_key.pieces(&nonce);
        Ok((Self { to, pieces, waiting: Vec::with_capacity(PIECE + PROOF) }, file_key))
    }

    fn seal(&mut self, is_last: bool) -> io::Result<()> {
        let nonce = self.pieces.next(is_last);
        let sealed = self.pieces.key.seal_in_place_append_tag(nonce, Aad::empty(), &mut self.waiting);
        sealed.map_err(|_| broken("a piece could not be sealed"))?;
        self.to.write_all(&self.waiting)?;
        self.waiting.clear();
        Ok(())
    }

    /// Seals what is left, and gives back what it was written to.
    pub fn finish(mut self) -> io::Result<W> {
        self.seal(true)?;
        Ok(self.to)
    }
}

impl<W: Write> Write for Sealer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full piece waits until more comes, because the last one is sealed as such.
        if self.waiting.len() == PIECE {
            self.seal(false)?;
        }
        let taken = bytes.len().min(PIECE - self.waiting.len());
        self.waiting.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Opens a sealed file. What it gives is as it was sealed; it fails where the file was changed or cut off.
pub struct Opener<R> {
    from: R,
    pieces: Pieces,
    opened: Vec<u8>,
    taken: usize,
    has_ended: bool,
}

/// Who opens a file.
pub enum With<'a> {
    /// Whoever has the private key.
    Identity(&'a Identity),
    /// Whoever has just sealed it.
    FileKey(&'a FileKey),
}

impl<R: BufRead> Opener<R> {
    /// Reads the beginning of a file, and fails if it is not sealed to whoever opens it.
    pub fn new(mut from: R, with: &With<'_>) -> io::Result<Self> {
        const NOT_OURS: &str = "the file is not encrypted with age";
        let mut header = format!("{VERSION}\n");
        if line_of(&mut from)? != VERSION {
            return Err(broken(NOT_OURS));
        }
        let (mut file_key, mut share) = (None, None);
        for _ in 0..MOST_LINES {
            let line = line_of(&mut from)?;
            if let Some(proof) = line.strip_prefix("--- ") {
                header.push_str("---");
                let file_key = match with {
                    With::FileKey(known) => (*known).clone(),
                    With::Identity(_) => {
                        file_key.ok_or_else(|| broken("the file is not encrypted to this identity"))?
                    }
                };
                let proof = BASE64.decode(proof).map_err(|_| broken(NOT_OURS))?;
                let held = file_key.proof_of(&header).verify_slice(&proof);
                held.map_err(|_| broken("the beginning of the file was changed, or it has another key"))?;
                let mut nonce = [0; 16];
                from.read_exact(&mut nonce)?;
                let pieces = file_key.pieces(&nonce);
                return Ok(Self { from, pieces, opened: Vec::new(), taken: 0, has_ended: false });
            }
            header.push_str(&line);
            header.push('\n');
            if let Some(stanza) = line.strip_prefix("-> ") {
                share = stanza.strip_prefix("X25519 ").and_then(bytes_of::<32>);
            } else if let (Some(share), With::Identity(identity), None) = (share.take(), with, &file_key) {
                file_key = bytes_of::<32>(&line).and_then(|wrapped| identity.unwrap(&share, wrapped));
            }
        }
        Err(broken(NOT_OURS))
    }

    fn open_next(&mut self) -> io::Result<()> {
        self.opened.clear();
        self.taken = 0;
        let whole = (PIECE + PROOF) as u64;
        self.from.by_ref().take(whole).read_to_end(&mut self.opened)?;
        let is_last = self.from.fill_buf()?.is_empty();
        let nonce = self.pieces.next(is_last);
        let length = match self.pieces.key.open_in_place(nonce, Aad::empty(), &mut self.opened) {
            Ok(opened) => opened.len(),
            Err(_) => return Err(broken("the file was changed or cut off")),
        };
        self.opened.truncate(length);
        self.has_ended = is_last;
        Ok(())
    }
}

impl<R: BufRead> Read for Opener<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.opened.len() && !self.has_ended {
            self.open_next()?;
        }
        let given = into.len().min(self.opened.len() - self.taken);
        into[..given].copy_from_slice(&self.opened[self.taken..self.taken + given]);
        self.taken += given;
        Ok(given)
    }
}

impl Identity {
    fn unwrap(&self, share: &[u8; 32], mut wrapped: [u8; 32]) -> Option<FileKey> {
        let key = wrapping(self.0, *share, share, &self.recipient().0)?;
        let opened = key.open_in_place(Nonce::assume_unique_for_key([0; 12]), Aad::empty(), &mut wrapped).ok()?;
        let opened: [u8; 16] = (&*opened).try_into().ok()?;
        // Nobody makes a key of nothing but zeros; one would hide that something was not read.
        (!bool::from(opened.ct_eq(&[0; 16]))).then_some(FileKey(opened))
    }
}

fn bytes_of<const N: usize>(text: &str) -> Option<[u8; N]> {
    BASE64.decode(text).ok()?.try_into().ok()
}

/// The next line of a header, without its end.
fn line_of(from: &mut impl BufRead) -> io::Result<String> {
    let mut line = Vec::new();
    from.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)?;
    if line.pop() != Some(b'\n') {
        return Err(broken("the file is not encrypted with age, or was cut off"));
    }
    String::from_utf8(line).map_err(|_| broken("the file is not encrypted with age"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(text: &[u8], to: &Identity) -> (Vec<u8>, FileKey) {
        let (mut sealer, key) = Sealer::new(Vec::new(), &[to.recipient()]).unwrap();
        sealer.write_all(text).unwrap();
        (sealer.finish().unwrap(), key)
    }

    fn opened(file: &[u8], with: &With<'_>) -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        Opener::new(file, with)?.read_to_end(&mut text)?;
        Ok(text)
    }

    #[test]
    fn what_was_sealed_opens_with_its_identity_or_file_key_and_no_other() {
        let (ours, other) = (Identity::generate().unwrap(), Identity::generate().unwrap());
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE] {
            let text: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect();
            let (file, key) = sealed(&text, &ours);
            assert_eq!(opened(&file, &With::Identity(&ours)).unwrap(), text, "{length}");
            assert_eq!(opened(&file, &With::FileKey(&key)).unwrap(), text, "{length}");
            assert!(opened(&file, &With::Identity(&other)).is_err());
        }
    }

    #[test]
    fn a_file_that_was_changed_or_cut_off_anywhere_does_not_open_to_its_end() {
        let ours = Identity::generate().unwrap();
        let (file, _) = sealed(&vec![7; PIECE + 100], &ours);
        for at in (0..file.len()).step_by(97) {
            assert!(opened(&file[..at], &With::Identity(&ours)).is_err(), "cut off at {at}");
            let mut changed = file.clone();
            changed[at] ^= 1;
            assert!(opened(&changed, &With::Identity(&ours)).is_err(), "changed at {at}");
        }
    }

    #[test]
    fn keys_are_read_as_age_writes_them() {
        let text = "# created: 2026-11-18T10:00:00Z\n# public key: age1…\n\
                    AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX\n";
        let identity: Identity = text.parse().unwrap();
        let public = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";
        assert_eq!(identity.recipient().to_string(), public);
        assert_eq!(public.parse::<Recipient>().unwrap(), identity.recipient());
        assert!(text.contains(&identity.reveal()));
        for wrong in ["", "age1", "AGE-SECRET-KEY-1", public, &public.replace('z', "q")] {
            assert!(wrong.parse::<Identity>().is_err() && (wrong == public || wrong.parse::<Recipient>().is_err()));
        }
    }
}
