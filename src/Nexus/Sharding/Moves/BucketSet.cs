using System.Globalization;
using System.Text;
using Nexus.Chats;
using Nexus.Errors;

namespace Nexus.Sharding;

/// <summary>Some of the 4,096 buckets.</summary>
internal sealed class BucketSet
{
    private readonly bool[] _has;

    private BucketSet(bool[] has) => (_has, Count) = (has, has.Count(one => one));

    /// <summary>How many.</summary>
    public int Count { get; }

    public static BucketSet Of(IEnumerable<int> buckets)
    {
        var has = new bool[ChatBucket.Count];
        foreach (var bucket in buckets) has[bucket] = true;
        return new BucketSet(has);
    }

    /// <summary>As the map stores it: a character for each bucket.</summary>
    public static BucketSet OfBits(string bits) => Of(Enumerable.Range(0, bits.Length).Where(bucket => bits[bucket] == '1'));

    /// <summary>Numbers and ranges, such as <c>7</c> and <c>0-99</c>, separated by commas or spaces.</summary>
    /// <exception cref="NexusValidationException">Something else.</exception>
    public static BucketSet Parse(string text)
    {
        List<int> buckets = [];
        foreach (var part in text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !TryRead(ends[0], out var first) || !TryRead(ends[^1], out var last) || first > last)
                throw new NexusValidationException("buckets", $"must be numbers of 0 to {ChatBucket.Count - 1} or ranges such as 0-99");
            buckets.AddRange(Enumerable.Range(first, last - first + 1));
        }
        return buckets.Count > 0 ? Of(buckets) : throw new NexusValidationException("buckets", "must name at least one bucket");
    }

    public bool Contains(int bucket) => _has[bucket];

    public IEnumerable<int> All => Enumerable.Range(0, _has.Length).Where(bucket => _has[bucket]);

    /// <summary>Whether it has every bucket of the other.</summary>
    public bool Covers(BucketSet other) => other.All.All(Contains);

    public BucketSet With(BucketSet other) => Of(All.Concat(other.All));

    public BucketSet Without(BucketSet other) => Of(All.Except(other.All));

    /// <summary>As the map stores it.</summary>
    public string ToBits() => string.Create(_has.Length, _has, static (text, has) =>
    {
        for (var n = 0; n < has.Length; n++) text[n] = has[n] ? '1' : '0';
    });

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        for (var first = 0; first < _has.Length; first++)
        {
            if (!_has[first]) continue;
            var last = first;
            while (last + 1 < _has.Length && _has[last + 1]) last++;
            text.Append(text.Length > 0 ? "," : "").Append(CultureInfo.InvariantCulture, $"{first}");
            if (last > first) text.Append(CultureInfo.InvariantCulture, $"-{last}");
            first = last;
        }
        return text.ToString();
    }

    private static bool TryRead(string text, out int bucket) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out bucket) && bucket < ChatBucket.Count;
}
