using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Infrastructure;
using Nexus.Secrets;

namespace Nexus.KeyedState;

/// <summary>
/// A namespace and a key as the one text that stores know: <c>namespace/key</c>. A namespace has no slash, so the first one separates the two.
/// </summary>
/// <param name="Namespace">1 to 100 characters.</param>
/// <param name="Key">1 to 512 bytes in UTF-8.</param>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public readonly record struct StateKey(string Namespace, string Key)
{
    /// <summary>In characters.</summary>
    internal const int MaxNamespace = 100;

    /// <summary>In bytes of UTF-8.</summary>
    internal const int MaxKeyBytes = 512;

    private const char Separator = '/';

    /// <summary>The text that stores know.</summary>
    public string Id => $"{Namespace}{Separator}{Key}";

    /// <summary>An id of fewer characters may stand in a key for something else.</summary>
    private const int DistinctChat = 6;

    /// <summary>What the namespaces begin with that Nexus uses itself.</summary>
    private const string OwnNamespaces = "nexus.";

    /// <summary>Before the number of the bucket at the end of a key in Nexus's own namespaces, of which others are on the home shard.</summary>
    internal const char BucketSeparator = '@';

    /// <summary>More digits are no chat.</summary>
    private const int MaxChatDigits = ChatId.MaxLength;

    private static readonly char[] PartSeparators = ['/', ':', '|'];

    /// <summary>
    /// Whether the value is one of a chat: the key is the chat's id, or has it as a part between slashes, colons or bars; an id of fewer than 6
    /// characters as the first part only.
    /// </summary>
    internal bool IsOfChat(string chat)
    {
        var parts = Key.Split(PartSeparators);
        return parts[0] == chat || (chat.Length >= DistinctChat && parts.Contains(chat));
    }

    /// <summary>Whether an id is in a namespace of Nexus's own.</summary>
    internal static bool IsOwn(string id) => id.StartsWith(OwnNamespaces, StringComparison.Ordinal);

    /// <summary>
    /// Where a value is in a database with several shards: with the chat whose id is the first part of the key; Nexus's own namespaces on the home
    /// shard; anything else in the bucket of the whole id. <c>nexus_state_bucket</c> of the schema computes the same.
    /// </summary>
    internal static RecordPlace PlaceOf(string id)
    {
        if (IsOwn(id))
        {
            return id.LastIndexOf(BucketSeparator) is > 0 and var at && int.TryParse(id.AsSpan(at + 1), NumberStyles.None, null, out var bucket)
                && bucket < ChatBucket.Count ? new RecordPlace(bucket) : RecordPlace.Home;
        }
        var start = id.IndexOf(Separator, StringComparison.Ordinal) + 1;
        var part = id.AsSpan(start);
        if (part.IndexOfAny(PartSeparators) is >= 0 and var end) part = part[..end];
        var digits = part is ['-', ..] ? part[1..] : part;
        var isChat = start > 0 && digits.Length is >= 1 and <= MaxChatDigits && !digits.ContainsAnyExceptInRange('0', '9');
        return RecordPlace.OfChat(isChat ? part : id);
    }

    /// <summary>A namespace and a key that obey the rules.</summary>
    /// <exception cref="NexusValidationException">The namespace or the key breaks a rule.</exception>
    public static StateKey Of(string space, string key)
    {
        ArgumentNullException.ThrowIfNull(space, "namespace");
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length == 0) throw new NexusValidationException("key", "must not be empty");
        return new StateKey(CheckedNamespace(space), CheckedKey("key", key));
    }

    /// <summary>As <see cref="Validation.VisibleName"/>, and without the separator.</summary>
    internal static string CheckedNamespace(string space)
    {
        ArgumentNullException.ThrowIfNull(space, "namespace");
        Validation.VisibleName("namespace", space, MaxNamespace);
        return space.Contains(Separator, StringComparison.Ordinal)
            ? throw new NexusValidationException("namespace", "must not contain a slash")
            : space;
    }

    /// <summary>The same limit for a key, the beginning of one, and the key that a page follows.</summary>
    internal static string CheckedKey(string field, string key)
    {
        // A longer text than any key is not measured.
        if (key.Length > MaxKeyBytes) throw TooLong(field);
        Validation.Text(field, key, MaxKeyBytes, allowEmpty: true);
        return Encoding.UTF8.GetByteCount(key) <= MaxKeyBytes ? key : throw TooLong(field);
    }

    /// <summary>The key of an id that a store holds.</summary>
    public static StateKey Parse(string id)
    {
        var end = id.IndexOf(Separator, StringComparison.Ordinal);
        return end < 0 ? new StateKey(id, "") : new StateKey(id[..end], id[(end + 1)..]);
    }

    /// <summary>Namespace and key stand at the head of each field's path, so that one named like a secret seals the whole value.</summary>
    public static SealContext Place(string id) => new(KeyedStateRow.Table.Name, id, $"value/{id}");

    private static NexusValidationException TooLong(string field) => new(field, $"must be at most {MaxKeyBytes} bytes in UTF-8");
}
