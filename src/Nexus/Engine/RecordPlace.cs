using Nexus.Chats;

namespace Nexus.Engine;

/// <summary>Where a record is in a database with several shards.</summary>
/// <param name="Bucket">The bucket of its chat, 0 to 4,095; negative for the two places below.</param>
internal readonly record struct RecordPlace(int Bucket)
{
    /// <summary>On the home shard: a record that belongs to no chat.</summary>
    public static RecordPlace Home { get; } = new(-1);

    /// <summary>The write does not say it: a trade is named by its id alone.</summary>
    public static RecordPlace Unknown { get; } = new(-2);

    /// <summary>Whether it is where its bucket is.</summary>
    public bool IsInBucket => Bucket >= 0;

    /// <summary>The bucket of a chat.</summary>
    public static RecordPlace OfChat(ReadOnlySpan<char> chatId) => new(ChatBucket.Of(chatId));
}
