namespace Nexus.Server.Dashboard;

/// <summary>Something that is not well.</summary>
/// <param name="Tone"><c>bad</c> or <c>warn</c>.</param>
/// <param name="Code">The name of its text: <c>health.CODE</c>.</param>
/// <param name="Value">A value for the text.</param>
/// <param name="Detail">What the engine says about it, in English.</param>
/// <param name="Link">Where to do something about it.</param>
public sealed record HealthItem(string Tone, string Code, string? Value = null, string? Detail = null, string? Link = null)
{
    /// <summary>The code of a firing alert: the value is the name of its rule.</summary>
    public const string Alert = "alert";
}
