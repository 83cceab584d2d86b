using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Nexus.Stores;

/// <summary>Which version of a record a store has, without its content.</summary>
/// <param name="Place">Where it is in the order in which the records of its table are compared.</param>
/// <param name="Id">Its key.</param>
/// <param name="Mark">Tells it from the other records at its place.</param>
/// <param name="Version">Its version.</param>
/// <param name="WriteId">The write that made the version; empty where that is not known.</param>
/// <param name="IsChanged">Whether it may have changed since the transaction that was asked about.</param>
internal readonly record struct RecordStamp(string Place, string Id, string Mark, long Version, Guid WriteId, bool IsChanged)
{
    /// <summary>The end of every order. As text of a key: no text is above this one.</summary>
    public const string End = "\U0010FFFF\U0010FFFF";

    /// <summary>What distinguishes the record from all others of its table.</summary>
    public (string Place, string Mark) Identity => (Place, Mark);

    /// <summary>The checksum of a range, as <see cref="RecordDigest.Hash"/> has it.</summary>
    public static byte[] HashOf(IEnumerable<RecordStamp> stamps)
    {
        var text = new StringBuilder();
        foreach (var stamp in stamps.OrderBy(stamp => stamp.Mark, Utf8Order.Instance).ThenBy(stamp => stamp.Version))
        {
            if (text.Length > 0) text.Append('\n');
            text.Append(CultureInfo.InvariantCulture, $"{stamp.Version} {stamp.Mark}");
        }
        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }
}

/// <summary>The checksum of a range of records.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Changed">How many of them may have changed since the transaction that was asked about.</param>
/// <param name="Last">The place of the last one; null for none.</param>
/// <param name="Hash">SHA-256 of their marks and versions.</param>
internal sealed record RecordDigest(long Count, long Changed, string? Last, byte[] Hash);
