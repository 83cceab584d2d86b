using Nexus.Engine;
using Nexus.Errors;

namespace Nexus.Trades;

/// <summary>One refusal.</summary>
/// <param name="Index">Place in the input, from 0.</param>
/// <param name="Code">The error's code.</param>
/// <param name="Message">Why, without values.</param>
public sealed record AppendRejection(long Index, string Code, string Message);
