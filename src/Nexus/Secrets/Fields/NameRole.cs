namespace Nexus.Secrets;

/// <summary>The part of a member in an object such as <c>{"name":"api_secret","value":"x"}</c>.</summary>
internal enum NameRole : byte
{
    /// <summary>None.</summary>
    None,

    /// <summary>Its text is a name.</summary>
    Label,

    /// <summary>What that name stands for.</summary>
    Value,

    /// <summary>None, and what is below are texts that are shown to people, each under the name of what it is the caption of.</summary>
    Captions,

    /// <summary>None, and the name is that of an account: its value may be the password.</summary>
    Account,

    /// <summary>None, and what is below may be addresses of coins: <c>tokens</c>, <c>accountKeys</c>. A number under it is a count.</summary>
    Coins,

    /// <summary>None, and what is below is the open half of a pair of keys, also under the name <c>key</c>.</summary>
    PublicKey,

    /// <summary>None, and its text may be a signature of 64 bytes.</summary>
    Signature,

    /// <summary>None, and the name is a language: what is below may be captions.</summary>
    Language,

    /// <summary>None, and what is below has settings beside the secret: <c>jwt</c>, <c>totp</c>.</summary>
    Scheme,

    /// <summary>None, and what is below are keys of a keyboard.</summary>
    Keyboard,

    /// <summary>None, and the name is a chain whose addresses have as many digits as a private key.</summary>
    MoveChain,

    /// <summary>None, and the name says <c>uuid</c> and no more: beside an endpoint it opens that.</summary>
    Uuid,

    /// <summary>None, and the name is the first letter of a passphrase: <c>p</c> beside <c>k</c> and <c>s</c>.</summary>
    Passphrase,

    /// <summary>
    /// None, and the name is that of some key, behind words that say nothing: <c>input_keys</c>, <c>default_key</c>. What it holds may be a name.
    /// </summary>
    NamedKey,

    /// <summary>None, and the name is a plural: a number under it is a count.</summary>
    Plural,

    /// <summary>None, and hexadecimal digits of the length of a hash are the number of a version, a zone or a container.</summary>
    Resource,

    /// <summary>None, and 32 hexadecimal digits beside a key and its secret are the number of an account.</summary>
    ResourceAccount,

    /// <summary>None, and the name is a word to search for, or a password: <c>parola_chiave</c>.</summary>
    Keyword,

    /// <summary>None, and the name is a question in words, as a list of questions and answers has it: its value may be the answer.</summary>
    Asked,

    /// <summary>None, and beside a secret the name is that of an account: <c>login</c>.</summary>
    Login,

    /// <summary>None, and a long number under the name opens a program.</summary>
    License,

    /// <summary>None, and what stands beside it is the id of a user of a relay: <c>alterId</c>.</summary>
    RelaySetting,

    /// <summary>None, and a whole number under the name counts logins or days of an exchange: <c>session_id</c>.</summary>
    SessionNumber,

    /// <summary>None, and 32 bytes under the name are the open half of a pair of keys: <c>public</c>.</summary>
    OpenHalf,

    /// <summary>None, and the name has as many hexadecimal digits as a private key.</summary>
    KeyName,
}
