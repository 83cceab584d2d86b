using System.ComponentModel;
using System.Globalization;

namespace Nexus.Failover;

/// <summary>Lets the framework's configuration binder read the choices as every setting names them.</summary>
internal sealed class FallbackCopyTypeConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

    public override object ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        FallbackCopies.Parse("FallbackCopy", (string)value);
}
