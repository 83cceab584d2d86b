using System.Collections.Frozen;

namespace Nexus.Secrets;

/// <summary>What part a member of this name has in its object.</summary>
internal static partial class SecretNames
{
    /// <summary>What is shown to people: texts below are captions of the names, not their values.</summary>
    private static readonly FrozenSet<string> Captions = Words("""
        labels label etiquetas beschriftungen libelles etichette emojis emoji icons icon commands command comandos befehle commandes comandi
        translations translation traducciones strings messages mensajes texts textos texte i18n l10n menu menus buttons botones placeholders
        placeholder tooltips tooltip headings captions ui_texts uitexts copy faq tickers aliases coin_names prompts glossary definitions dictionary
        explanations diff changes sources origin origins providers locations securityschemes masks masking confirm locales langs languages language
        lang colors colours fonts images widths heights types fieldtypes field_types mapping mappings rename validators validation rules status
        statuses checks health visibility counts totals sizes order ordering envvars env_vars env_map envmap fieldmap field_map columnmap formats
        kinds examples versions dependencies devdependencies requirements packages libraries titles help hints errors helptexts descriptions docs
        metiquetas columns headers_text подписи команды тексты
        """);

    /// <summary>Accounts of machines and programs for remote access: the value under such a name may be the password.</summary>
    private static readonly FrozenSet<string> Accounts =
        Words("root admin administrator anydesk teamviewer rustdesk parsec splashtop vnc rdp sudo");

    private static readonly FrozenSet<string> Keyboards = Words("hotkeys hot_keys shortcuts keyboard_shortcuts keyboardshortcuts keybindings " +
        "key_bindings keybinds keymap keymaps keyboard bindings atajos raccourcis atalhos tastenkurzel");

    /// <summary>Ways to prove who one is, which have settings beside the secret.</summary>
    private static readonly FrozenSet<string> Schemes = Words("jwt jwt_settings jwtsettings jwt_config jwtconfig oauth oauth2 totp otp 2fa mfa " +
        "two_factor twofactor bearer authentication api_auth apiauth cookie cookies session csrf");

    /// <summary>Chains whose addresses have as many digits as a private key.</summary>
    private static readonly FrozenSet<string> MoveChains = Words("sui aptos starknet movement");

    private static readonly FrozenSet<string> Languages =
        Words("en es de fr pt ru zh it ja ko tr pl nl uk vi hi ar fa he sv no nb da fi cs sk hu ro el bg hr sr th ms lt lv et sl ca kk uz az ka " +
            "hy bn ta ur");

    /// <summary>What clouds, models and containers are numbered by: hexadecimal digits that open nothing.</summary>
    private static readonly FrozenSet<string> Resources = Words("version model_version version_id revision commit zone zone_id container " +
        "container_id org organization organisation project workspace");

    /// <summary>
    /// A word to search for, and the password in some languages: <c>parola chiave</c>, <c>palabra clave</c>, <c>palavra-chave</c>.
    /// </summary>
    private static readonly FrozenSet<string> Keywords = Words("parolachiave palabraclave palavrachave motcle paraulaclau cuvantcheie");

    /// <summary>They stand beside the id of a user of V2Ray, which is all that its server asks for.</summary>
    private static readonly FrozenSet<string> RelaySettings = Words("alterid alter_id encryption flow");

    private static readonly FrozenSet<string> Licenses = Words("license licence licencia licenca licença licenza lizenz lisans licentie licencja " +
        "lisensi лицензия 许可证 授权 ライセンス 라이선스 serial_number activation");

    private const int MaxRole = 24;

    private static readonly FrozenSet<string> Labels = Words("""
        name key field header param parameter property prop variable var env k n label title setting option attribute attr nombre campo parametro id
        type kind item nom nome clave llave chave clé cle clef chiave schlüssel schluessel sleutel klucz klíč anahtar ключ 键 鍵 キー 키 kunci naam
        nazwa název nama tên isim имя название параметр 名称 名稱 名前 이름 項目
        """);
    private static readonly FrozenSet<string> Values = Words("value val data v content text valor wert valeur valore waarde contents current " +
        "string default secretvalue plaintext wartość hodnota değer deger значение 值 値 값 nilai");

    /// <summary>The part of a field of this name in an object that says a name and a value.</summary>
    public static NameRole RoleOf(string name) => name.EndsWith('?') && name.Contains(' ', StringComparison.Ordinal) ? NameRole.Asked
        : name.Length > MaxRole ? IsKeyName(name) ? NameRole.KeyName : NameRole.None
        : Labels.Contains(name.ToLowerInvariant()) ? NameRole.Label
        : Values.Contains(name.ToLowerInvariant()) ? NameRole.Value
        : Captions.Contains(name.ToLowerInvariant()) ? NameRole.Captions
        : name.EndsWith("signature", StringComparison.OrdinalIgnoreCase) || name.EndsWith("signatures", StringComparison.OrdinalIgnoreCase)
            || name is "sig" or "sigs" || name.EndsWith("_sig", StringComparison.Ordinal) || name.EndsWith("Sig", StringComparison.Ordinal)
            ? NameRole.Signature
        : name.EndsWith("tokens", StringComparison.OrdinalIgnoreCase) || name.EndsWith("accountKeys", StringComparison.OrdinalIgnoreCase)
            || name is "account_keys" ? NameRole.Coins
        : name is "pubkey" or "pub_key" or "pubKey" or "public_key" or "publicKey" ? NameRole.PublicKey
        : name.ToLowerInvariant() is "public" or "pub" ? NameRole.OpenHalf
        : IsSessionNumber(name) ? NameRole.SessionNumber
        : Resources.Contains(name.ToLowerInvariant()) ? NameRole.Resource
        : name is "account" ? NameRole.ResourceAccount
        : Licenses.Contains(name.ToLowerInvariant()) ? NameRole.License
        : name is "login" or "Login" or "LOGIN" ? NameRole.Login
        : RelaySettings.Contains(name.ToLowerInvariant()) ? NameRole.RelaySetting
        : IsKeyword(name) ? NameRole.Keyword
        : Schemes.Contains(name.ToLowerInvariant()) ? NameRole.Scheme
        : Accounts.Contains(name.ToLowerInvariant()) ? NameRole.Account
        : Keyboards.Contains(name.ToLowerInvariant()) ? NameRole.Keyboard
        : name is "uuid" or "UUID" ? NameRole.Uuid : MoveChains.Contains(name.ToLowerInvariant()) ? NameRole.MoveChain
        : name is "p" or "pp" or "ph" ? NameRole.Passphrase
        : IsLanguage(name) ? NameRole.Language : NameLexicon.IsNamedKey(name) ? NameRole.NamedKey
        : name.EndsWith('s') && !name.EndsWith("ss", StringComparison.Ordinal) ? NameRole.Plural
        : NameRole.None;

    /// <summary>32 bytes, as chains write private keys, and as they number transactions.</summary>
    private static bool IsKeyName(string name) => name.Length is 64 or 66
        && PublicText.IsHex(System.Text.Encoding.UTF8.GetBytes(name)) && name.StartsWith("0x", StringComparison.Ordinal) == (name.Length == 66);

    private static bool IsSessionNumber(string name) => name.Length is 9 or 10
        && name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant() is "sessionid";

    private static bool IsKeyword(string name) => Keywords.Contains(string.Concat(NameWords.Split(NameFolding.Fold(name))).ToLowerInvariant());

    /// <summary><c>es</c>, <c>pt-BR</c>, <c>zh_Hans</c>.</summary>
    private static bool IsLanguage(string name) => name.Length is 2 or 5 or 7 && (name.Length == 2 || name[2] is '-' or '_')
        && Languages.Contains(name[..2].ToLowerInvariant());
}
