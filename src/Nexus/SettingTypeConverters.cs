using System.ComponentModel;
using System.Globalization;
using Nexus.Chats;

namespace Nexus;

/// <summary>
/// Lets the framework's configuration binder fill <see cref="NexusOptions.Owners"/>. It accepts any text, since that binder silently drops an element
/// whose conversion fails; <see cref="NexusOptions.Validate"/> refuses invalid chat ids.
/// </summary>
internal sealed class ChatIdTypeConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

    public override object ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) => ChatId.FromStore((string)value);
}

/// <summary>Lets the framework's configuration binder read the modes by the names of the settings.</summary>
internal sealed class FallbackModeTypeConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

    public override object ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        NexusOptions.ParseFallback(nameof(NexusOptions.Fallback), (string)value);
}
