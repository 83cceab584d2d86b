namespace Nexus.Cli.Configuration;

/// <summary>Something wrong in the configuration.</summary>
/// <param name="Place">The file, variable or option.</param>
/// <param name="Line">The line in the file, from 1; null outside of a file.</param>
/// <param name="Field">The setting, such as <c>database.maxPoolSize</c>; empty for the whole file.</param>
/// <param name="Reason">What is wrong and what is allowed; never a secret.</param>
internal sealed record ConfigurationProblem(string Place, int? Line, string Field, string Reason)
{
    public override string ToString()
    {
        var place = Line is { } line ? $"{Place}, line {line}" : Place;
        return Field.Length == 0 || Field == Place ? $"{place}: {Reason}" : $"{place}: {Field}: {Reason}";
    }
}
