using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Nexus.Operations.Json;

/// <summary>A line of NDJSON: its number from 1, and its bytes, which are valid until the next line is read.</summary>
/// <param name="Number">From 1. Empty lines are counted but not returned.</param>
/// <param name="Text">The text without the line end; empty if the line is too long.</param>
/// <param name="IsTooLong">Whether the line was skipped because it is too long.</param>
public readonly record struct NdJsonLine(long Number, ReadOnlySequence<byte> Text, bool IsTooLong);
