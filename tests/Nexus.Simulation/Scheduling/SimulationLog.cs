using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Nexus.Simulation;

/// <summary>What happened, in order: as two hashes, and as text where somebody reads it.</summary>
/// <param name="output">Receives each line; null for none.</param>
internal sealed class SimulationLog(TextWriter? output) : IDisposable
{
    private readonly IncrementalHash _all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _order = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[4096];

    public long Lines { get; private set; }

    /// <summary>Over each line with its time: equal only if two executions are.</summary>
    public string Hash => Convert.ToHexStringLower(_all.GetCurrentHash().AsSpan(0, 16));

    /// <summary>Over the lines without their times: equal if the same things happened in the same order.</summary>
    public string OrderHash => Convert.ToHexStringLower(_order.GetCurrentHash().AsSpan(0, 16));

    public void Add(long time, string line)
    {
        Lines++;
        var length = Encoding.UTF8.GetBytes(line.AsSpan(0, Math.Min(line.Length, 1000)), _buffer);
        _order.AppendData(_buffer, 0, length);
        BitConverter.TryWriteBytes(_buffer.AsSpan(length), time);
        _all.AppendData(_buffer, 0, length + sizeof(long));
        output?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time / (double)TimeSpan.TicksPerSecond,12:0.000000} {line}"));
    }

    public void Dispose()
    {
        _all.Dispose();
        _order.Dispose();
    }
}
