using System.ComponentModel;
using System.Globalization;

namespace Nexus.Failover;

/// <summary>Lets the framework's configuration binder read the modes as every setting names them.</summary>
internal sealed class FallbackModeTypeConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

    public override object ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        FallbackModes.Parse("Fallback", (string)value);
}
