namespace Nexus.Fuzz;

/// <summary>What one input made a person see: messages of errors, warnings, reasons.</summary>
internal sealed class ShownTexts
{
    /// <summary>The first text with the planted secret; null if there is none.</summary>
    public string? Leak { get; private set; }

    public void Add(string? text)
    {
        if (text is not null && Leak is null && text.Contains(PlantedSecret.Text, StringComparison.Ordinal)) Leak = text;
    }

    public void Add(IEnumerable<string> texts)
    {
        foreach (var text in texts) Add(text);
    }
}
