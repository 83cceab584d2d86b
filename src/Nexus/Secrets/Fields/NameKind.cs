namespace Nexus.Secrets;

/// <summary>What a member's name says about its value. The order is that of severity: of several readings the last one holds.</summary>
internal enum NameKind : byte
{
    /// <summary>Nothing.</summary>
    Neutral,

    /// <summary>
    /// A key, secret or passphrase by its first letter: <c>k</c>, <c>s</c>, <c>p</c>, <c>okx_s</c>. As <see cref="Ambiguous"/> beside a secret, and
    /// nothing otherwise.
    /// </summary>
    Short,

    /// <summary>A setting, or a fact about a secret: <c>leverage</c>, <c>symbol</c>, <c>api_key_name</c>. Readable beside credentials too.</summary>
    Innocent,

    /// <summary>A setting, or a hash on a blockchain: <c>topic</c>, <c>merkle_root</c>, <c>role</c>.</summary>
    OnChain,

    /// <summary>Random by nature and public: <c>order_id</c>, <c>tx_hash</c>, <c>token_address</c>, <c>sha256</c>.</summary>
    Identifier,

    /// <summary>Whose credentials these are: <c>username</c>, <c>uid</c>, <c>client_id</c>. A secret only among credentials.</summary>
    Identity,

    /// <summary>An exchange, wallet, proxy, messenger or account: what is inside may be credentials.</summary>
    Vendor,

    /// <summary>
    /// A secret beside credentials, below a <see cref="Vendor"/>, or with a value that looks drawn at random: <c>key</c>, <c>phrase</c>, <c>code</c>.
    /// </summary>
    Ambiguous,

    /// <summary>A secret unless the value is plainly a coin, a word of settings or a small number: <c>token</c>, <c>auth</c>.</summary>
    Token,

    /// <summary>A secret unless the value is a whole number: <c>seed</c>.</summary>
    Seed,

    /// <summary>Holds credentials: <c>credentials</c>, <c>keystore</c>. A text under it is a secret.</summary>
    Group,

    /// <summary>A secret, and everything below it.</summary>
    Secret,
}
