using System.ComponentModel;
using System.Globalization;
using Nexus.Errors;

namespace Nexus.Engine;

/// <summary>Which changes get an entry in the history of changes. A change without an author never gets one.</summary>
[TypeConverter(typeof(HistoryModeTypeConverter))]
public enum HistoryMode
{
    /// <summary>None.</summary>
    Off,

    /// <summary>
    /// Changes by the dashboard, by the command line and by callers of the library that name an author; of the HTTP API those of subscribers, of the
    /// bot state, of the system config and of API keys. Sessions that are saved over the HTTP API get no entry: those are a bot's own.
    /// </summary>
    People,

    /// <summary>Every change with an author, also the sessions that are saved over the HTTP API.</summary>
    All,
}

/// <summary>The names of the modes in settings.</summary>
internal static class HistoryModes
{
    /// <param name="setting">Names the setting in the error.</param>
    /// <param name="text"><c>off</c>, <c>people</c> or <c>all</c>.</param>
    /// <exception cref="NexusConfigurationException">The text names no mode.</exception>
    public static HistoryMode Parse(string setting, string text) =>
        Array.Find(Enum.GetValues<HistoryMode>(), mode => string.Equals(mode.ToString(), text, StringComparison.OrdinalIgnoreCase)) is var found
            && string.Equals(found.ToString(), text, StringComparison.OrdinalIgnoreCase)
            ? found
            : throw new NexusConfigurationException(setting, "must be off, people or all");
}

/// <summary>Lets the framework's configuration binder read the modes as every setting names them.</summary>
internal sealed class HistoryModeTypeConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

    public override object ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        HistoryModes.Parse("History", (string)value);
}
