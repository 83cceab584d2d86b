using System.ComponentModel;
using System.Globalization;
using Nexus.Chats;

namespace Nexus;

/// <summary>
/// Lets the framework's configuration binder fill <see cref="NexusOptions.Owners"/>. It takes any text, since that binder drops an element whose
/// conversion fails without a word; <see cref="NexusOptions.Validate"/> refuses what is no chat id.
/// </summary>
internal sealed class ChatIdTypeConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

    public override object ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) => ChatId.FromStore((string)value);
}

/// <summary>Lets the framework's configuration binder read the modes as every setting names them.</summary>
internal sealed class FallbackModeTypeConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

    public override object ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) => NexusOptions.ParseFallback(nameof(NexusOptions.Fallback), (string)value);
}
