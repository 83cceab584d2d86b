namespace Nexus.Secrets;

/// <summary>What one word of a name means, in whatever language it is written.</summary>
internal enum NameConcept : byte
{
    /// <summary>Not in the lexicon.</summary>
    None,

    /// <summary>Secret wherever it stands: <c>password</c>, <c>secret</c>, <c>mnemonic</c>, <c>otp</c>.</summary>
    Secret,

    /// <summary>Holds secrets: <c>credentials</c>.</summary>
    Group,

    /// <summary><c>key</c>.</summary>
    Key,

    /// <summary>Makes a key, token, code or phrase a secret: <c>api</c>, <c>private</c>, <c>access</c>.</summary>
    Opener,

    /// <summary><c>token</c>.</summary>
    Token,

    /// <summary><c>seed</c>.</summary>
    Seed,

    /// <summary>Secret with an opener, or with a seed: <c>phrase</c>, <c>words</c>, <c>code</c>.</summary>
    Phrase,

    /// <summary>Secret as the last word: <c>pass</c>, <c>pin</c>, <c>auth</c>.</summary>
    Last,

    /// <summary>As <see cref="Last"/>, where the value may be a word of settings: <c>auth: basic</c>.</summary>
    Auth,

    /// <summary>A login session.</summary>
    Session,

    /// <summary>Ambiguous as the last word: <c>memo</c>, <c>signature</c>.</summary>
    Ambiguous,

    /// <summary><c>id</c>.</summary>
    Id,

    /// <summary>Says of something on a blockchain which one it is: <c>topic</c>, <c>root</c>, <c>role</c>. A word of settings otherwise.</summary>
    OnChain,

    /// <summary>An exchange's key, secret or passphrase by its first letter.</summary>
    Short,

    /// <summary><c>hash</c>, <c>address</c>, <c>order</c> before an id.</summary>
    Identifier,

    /// <summary><c>user</c>, <c>login</c>.</summary>
    Identity,

    /// <summary>An exchange, wallet, proxy, messenger, account.</summary>
    Vendor,

    /// <summary>The open half of a pair of keys.</summary>
    Public,

    /// <summary>A word of settings.</summary>
    Innocent,

    /// <summary>A word of settings behind a secret's name only: <c>api_key_header</c>.</summary>
    Aspect,

    /// <summary>Says which one, or in which form: <c>old</c>, <c>backup</c>, <c>base64</c>.</summary>
    Qualifier,

    /// <summary>Makes the name a question or a count: <c>has</c>, <c>require</c>.</summary>
    Question,
}
