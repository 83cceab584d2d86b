using System.ComponentModel;
using System.Globalization;

namespace Nexus.Chats;

/// <summary>
/// Lets the framework's configuration binder fill the owners. It takes any text, since that binder drops an element whose
/// conversion fails without a word; the validation of the options refuses what is no chat id.
/// </summary>
internal sealed class ChatIdTypeConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

    public override object ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) => ChatId.FromStore((string)value);
}
