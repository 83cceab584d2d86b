using System.Numerics;

namespace Nexus.Simulation;

/// <summary>Seeded random numbers (xorshift64* over SplitMix64), equal on every machine and version of .NET.</summary>
internal sealed class Dice
{
    private ulong _state;

    public Dice(long seed)
    {
        // SplitMix64, so that neighbouring seeds have unrelated numbers.
        var z = unchecked((ulong)seed + 0x9E3779B97F4A7C15);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        _state = (z ^ (z >> 31)) | 1;
    }

    public ulong Next()
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return BitOperations.RotateLeft(_state * 0x2545F4914F6CDD1D, 17);
    }

    /// <summary>0 to <paramref name="below"/>, exclusive.</summary>
    public int Below(int below) => (int)(Next() % (ulong)below);

    /// <summary>Both included.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    /// <summary>0 to 1, exclusive.</summary>
    public double Fraction() => (Next() >> 11) * (1.0 / (1UL << 53));

    public bool Happens(double probability) => Fraction() < probability;

    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    public TimeSpan Time(double leastMilliseconds, double mostMilliseconds) =>
        TimeSpan.FromTicks((long)((leastMilliseconds + (Fraction() * (mostMilliseconds - leastMilliseconds))) * TimeSpan.TicksPerMillisecond));
}
