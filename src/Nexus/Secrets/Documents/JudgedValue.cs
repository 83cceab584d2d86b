namespace Nexus.Secrets;

/// <summary>A value of a document while it is judged.</summary>
internal struct JudgedValue
{
    /// <summary>Bytes, about.</summary>
    public const int Size = 36;

    /// <summary>Where the token is; without its quotes for a text.</summary>
    public int Start;

    public int Length;

    /// <summary>The container around it, by its place in the order of values; -1 for the document itself.</summary>
    public int Parent;

    /// <summary>The value after it and all that it contains.</summary>
    public int Next;

    /// <summary>For a container: where its <see cref="JudgedContainer"/> is.</summary>
    public int Container;

    /// <summary>The hash of its name; of no meaning for an element of a list.</summary>
    public int NameHash;

    /// <summary>Its name is a secret itself.</summary>
    public bool IsSecretName;

    public JudgedToken Token;
    public NameKind Name;
    public NameRole Role;
    public SecretVerdict Verdict;
    public bool IsEscaped;

    /// <summary>The name was given by a neighbour, as in a pair of name and value.</summary>
    public bool IsPaired;

    /// <summary>It names the value beside it.</summary>
    public bool IsLabel;

    /// <summary>Texts under its name are sealed by every version.</summary>
    public bool IsAlwaysSealed;

    public readonly bool IsContainer => Token is JudgedToken.Object or JudgedToken.List;
}

/// <summary>What kind of value it is.</summary>
internal enum JudgedToken : byte
{
    Other,
    Text,
    Number,
    Object,
    List,
}

/// <summary>What is done with a value.</summary>
internal enum SecretVerdict : byte
{
    /// <summary>It stays readable; a container's members have verdicts of their own.</summary>
    Clear,

    /// <summary>The text, number or whole list is sealed.</summary>
    Secret,
}

/// <summary>What is inside an object or list.</summary>
internal struct JudgedContainer
{
    /// <summary>Bytes, about.</summary>
    public const int Size = 48;

    /// <summary>Members that are secrets by their name.</summary>
    public int Secrets;

    /// <summary>Members that are secrets in company.</summary>
    public int Ambiguous;

    /// <summary>Texts and numbers of which the name says nothing.</summary>
    public int Unknown;

    /// <summary>Members in all.</summary>
    public int Members;

    /// <summary>The member that names the value, and the value; -1 for none.</summary>
    public int Label, Value;

    /// <summary>There is an object somewhere below.</summary>
    public bool HasObject;

    /// <summary>Something inside is sealed already, or a mask.</summary>
    public bool HasSealed;

    /// <summary>One of its members is a token or seed that is sealed, whatever it was.</summary>
    public bool HasSealedToken;

    /// <summary>It is named as one that holds credentials, or below such a one with no name of a setting.</summary>
    public bool IsGroup;

    /// <summary>A member is a secret by its look, or sealed already.</summary>
    public bool HasFound;

    /// <summary>It says what a secret must be like.</summary>
    public bool IsRules;

    /// <summary>It says whose secret it holds.</summary>
    public bool IsDescribed;

    /// <summary>It is below a name such as <c>labels</c>.</summary>
    public bool IsNamedCaptions;

    /// <summary>Its texts are captions.</summary>
    public bool IsCaptions;

    /// <summary>Its members are pairs of name and value, which are neighbours of one another.</summary>
    public bool HasPairs;

    /// <summary>The value of a pair is true, false or null.</summary>
    public bool HasSwitch;

    /// <summary>It holds lists.</summary>
    public bool HasRows;

    /// <summary>It holds lists of lists, or is a list of lists.</summary>
    public bool HasTables;

    /// <summary>It is a key of RFC 7517.</summary>
    public bool IsWebKey;

    /// <summary>A member is a link; null before that was asked.</summary>
    public bool? HasEndpoint;

    public SecretContext Context;
}

/// <summary>What surrounds a value. The order is that of severity.</summary>
internal enum SecretContext : byte
{
    /// <summary>Nothing of interest.</summary>
    None,

    /// <summary>A neighbour is a secret.</summary>
    Neighbour,

    /// <summary>Below a name that says exchange, wallet, proxy, messenger or account.</summary>
    Vendor,

    /// <summary>An object that holds credentials: all but settings is secret.</summary>
    Credentials,

    /// <summary>Below a secret's name: all is secret.</summary>
    Secret,
}
