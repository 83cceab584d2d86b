namespace Nexus.Secrets;

/// <summary>What a member's name says about its value. The order is that of severity: of several readings the last one holds.</summary>
internal enum NameKind : byte
{
    /// <summary>Nothing.</summary>
    Neutral,

    /// <summary>A setting, or a fact about a secret: <c>leverage</c>, <c>symbol</c>, <c>api_key_name</c>. Readable beside credentials too.</summary>
    Innocent,

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
