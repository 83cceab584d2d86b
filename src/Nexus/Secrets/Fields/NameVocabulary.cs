namespace Nexus.Secrets;

/// <summary>The words of names, by meaning and script. Only <see cref="NameLexicon"/> reads them.</summary>
internal static partial class NameVocabulary
{
    /// <summary>Meanings and their words. Where a word stands twice, the first counts.</summary>
    public static readonly (NameConcept Concept, string Words)[] Lists =
    [
        (NameConcept.Innocent, "palabraclave palabrasclave motscles motcle keyword keywords stichwort schlusselwort schlusselworter " +
            "schluesselwoerter schlusselmarken schlusselmarke schlusselniveaus schlusselzonen " +
            "trefwoord sleutelwoorden trefwoorden anahtarkelime kluczowe palavrachave palavraschave " +
            "parolachiave parolechiave tukhoa katakunci guanjianci klyuchevoeslovo klyuchevyeslova avainsana nyckelord kulcsszo sokord " +
            "cuvantcheie klicoveslovo nokkelord kluczoweslowo kluczoweslowa anahtarkelimeler niveauxcles nivelesclave"),
        (NameConcept.Secret, """
            secret secrets password passwords passwd passwrd passwort pwd pswd passphrase passphrases passcode passkey mnemonic mnemonics
            jwt bearer authorization cookie cookies totp otp hotp 2fa mfa tfa cvv cvc cvv2 cvc2 iban privkey pvtkey prvkey privk seckey skey enckey
            signkey xprv zprv yprv wif
            cardnumber pincode seedwords recoverycode backupcode securitycode apihash sessionid sessionkey sessiontoken zugangscode
            requirepass masterauth
            apikey apikeys apisecret apipass apipassphrase apitoken accesstoken refreshtoken bottoken seedphrase pvk sessid phpsessid jsessionid
            ciphertext privatekey
            clave claves contrasena contraseña contrasenia secreto secretos secreta secretas secrete secretes mnemonica mnemonico
            senha senhas segredo segredos mdp motdepasse kennwort geheim geheimnis geheime geheimer geheimes wachtwoord wachtwoorden
            segreto segreta segreti parola haslo hasla sekret tajny tajne tajna sifre sifresi parolasi gizli sandi heslo losenord passord adgangskode
            salasana jelszo matkhau
            parol paroli contrasenya contrasinal pasahitza lozinka zaporka geslo slaptazodis salasona nenosiri jelszava katasandi palavrapasse
            palabradepaso
            palavradepasse fjalekalimi lykilord parool kodehaslo phonecodehash logincode authcode authuuid relayuuid accessuuid jitouuid
            twostep twofactor secondfactor 2step 2sv a2f 2factor zweifaktor zweifaktorcode dosfactores doblefactor dospasos doisfatores duefattori
            deuxfacteurs doublefacteur frasedepaso codigodepaso
            onetimecode smscode pinretiro pinsaque pinoperaciones pinwithdrawal kodpin pinkod pinkodu
            kodpodtverzhdeniya
            sekret sekretnyi sekretniy tajemstvi mnemonika wachtwoordzin schlusselphrase geheimnummer geheimzahl geheimschlussel privatschlussel
            лозинка парола таен пароля parolja salaisuus hemlighet hemlig hemmelig hemmelighed losen salajane titok titkos
            გასაღები პაროლი գաղտնաբառ পাসওয়ার্ড கடவுச்சொல் रहस्य गुप्त رمزعبور رمز_ورود كلمةالسر كلمةمرور كلمهعبور
            κωδικος κωδικοσ συνθηματικο μυστικο סיסמה סיסמא رمز_عبور المرور السر سري السري сид мнемоника पासवर्ड
            """),
        (NameConcept.Group, "credential credentials cred creds credencial credenciales credenciais identifiants zugangsdaten credenziali keystore " +
            "keychain keyring"),
        (NameConcept.Key, "key keys llave llaves chave chaves cle clef cles clefs schlussel schluessel chiave chiavi klucz klucze anahtar anahtari " +
            "sleutel sleutels kunci klic nyckel avain kulcs cheie kliuch klyuch kljuc kunci susi atslega raktas voti κλειδι מפתח مفتاح المفتاح"),
        (NameConcept.Opener, """
            api private priv access signing sign encryption encrypt decryption master secure recovery backup security verification verify refresh bot
            oauth oauth2 openid ssh gpg pgp
            ssl tls jwt hmac rsa ecdsa ed25519 eddsa webhook client app server admin root deploy license vault unlock login consumer signer hot cold
            spending
            privada privado privadas privados privee prive privato privata privater privat privatny prywatny prywatna prive ozel acceso acesso acces
            zugang zugriff accesso dostepu erisim toegang
            recuperacion recuperacao recuperation respaldo wiederherstellung recupero الخاص خاص
            """),
        (NameConcept.Token, "token tokens jeton jetons ficha_acceso"),
        (NameConcept.Seed, "seed semilla semillas semente graine samen seme ziarno tohum"),
        (NameConcept.Phrase, "phrase phrases frase frases words palabras palavras mots worter parole seeds code codes codigo codigos codice"),
        (NameConcept.Last, "pass pin pins pw psw passe passw psk sk"),
        (NameConcept.Auth, "auth authentication autenticacion sid"),
        (NameConcept.Session, "session sesion sessao sessione sitzung"),
        (NameConcept.Ambiguous, "memo signature sig cert certificate sign salt dek kek psk investor"),
        (NameConcept.Id, "id ids uuid guid"),
        (NameConcept.Identifier, """
            hash hashes hashed txid txids tx txs txhash txn transaction transactions sha sha1 sha256 sha512 md md5 crc checksum digest etag commit
            revision rev fingerprint thumbprint integrity
            address addresses addr addrs direccion endereco contract contracts mint program orderid clordid cloid tradeid dealid orderlinkid
            clientorderid cid origclientorderid
            pubkey pubkeys publickey xpub ypub zpub blockhash block blocks merkle trace span request correlation idempotency nonce build image
            artifact ref reference slug snapshot
            orders trades fills destination recipient sender receiver treasury pool pools pubkeyhash walletaddress depositaddress
            withdrawaladdress requestid traceid dedup kontrolnayasumma heshsumma sumadecontrol sumadeverificacion somadeverificacao sommedecontrole
            prufsumme tipaccount tipaccounts tipwallet tipaddress tokenaccount tokenaccounts feeaccount feewallet nonceaccount
            stakeaccount voteaccount vaultaccount ata bondingcurve associatedbondingcurve creator authority mintauthority freezeauthority
            updateauthority lookuptable lookuptables funder proxyaddress targetwallet targetwallets targetaccount trackedwallet trackedwallets
            copywallet copywallets followedwallets whalewallets leaderaddress traderaddress agentaddress builderaddress
            ifmatch ifnonematch cfray cursor cursors dedupe spreadsheet spreadsheets
            resourceaccount nearaccount amm blobid walrusblob playlist kid ulid ksuid nanoid cuid ordertag brokertag brokerid
            accountid accountnumber adminid kmskeyid userref refid orderref clientref oid tid appid sha256sum sha1sum sha512sum md5sum
            figi isin cusip sedol wkn lei conid conids nsin symboltoken acctid acctno accountno
            blake2 blake2b blake3 blake keccak keccak256 sha3 crc32 sumaverificacion
            somaverificacao traceparent tracestate sitekey хеш хэш хеша
            """),
        (NameConcept.Identity, "user username users uid email mail subaccount subaccounts clientid apiid usuario utilisateur " +
            "benutzer utente usuario kullanici gebruiker principal userid"),
        (NameConcept.Vendor, """
            alpaca binance binanceus bybit kraken coinbase coinbasepro okx okex kucoin bitget gate gateio huobi htx mexc bitfinex bitstamp gemini
            deribit bitmex dydx hyperliquid ibkr oanda
            tradier poloniex bittrex upbit bithumb phemex bingx cryptocom whitebit bitmart bitvavo polygon finnhub openai anthropic telegram discord
            slack whatsapp twilio sendgrid mailgun
            smtp imap redis postgres postgresql mysql mongo mongodb rabbitmq kafka aws gcp azure s3 github gitlab infura alchemy quicknode etherscan
            metamask phantom ledger trezor solana
            ethereum eth btc bitcoin monero tron ripple cardano exchange exchanges broker brokers wallet wallets proxy proxies account accounts
            acct accts venue venues connection connections database db
            messenger notifier gotify ntfy pushover pushbullet mattermost rocketchat dingtalk feishu wechat viber zapier ifttt pagerduty opsgenie
            mt4 mt5 metatrader ftx lbank coinex probit ascendex woo woox bitso mercadobitcoin paradex aevo drift jupiter backpack
            apex vertex blofin xt
            cuenta cuentas conta contas compte konto conti monedero cartera carteira portefeuille geldborse bolsa bolsas интеграция service services
            integration integrations
            """),
        (NameConcept.Public, "public publishable pub publica publico publique oeffentlich pubblica"),
        (NameConcept.Question, "has is are use uses using require requires required needs show hide enable allow with without no num count min max " +
            "forgot reset change last wrong enter prompt"),
        (NameConcept.Qualifier, """
            old new prev previous current main default test testnet mainnet demo paper live prod production dev development sandbox plain raw enc
            encrypted copy bak bkp backup temp tmp
            value val data text string str part parts half share shard fragment piece teil parte chunk split metade mitad haelfte b64 base64 hex pem
            json bytes array list file_content content first second primary secondary spot futures
            env1 my the for of de del la el
            """),
        (NameConcept.Aspect, "field tag param params parameter column header item variable var"),
        (NameConcept.OnChain, OnChainWords),
        (NameConcept.Innocent, InnocentWords),
        .. Languages,
        (NameConcept.Vendor, Services),
        (NameConcept.Innocent, MoreInnocentWords),
        (NameConcept.Short, "k s p t ak as ap pk pp ph tk"),
    ];

    public static readonly string[] SecretEnds =
        ["apikey", "apikeys", "secret", "secretkey", "accesskey", "privatekey", "privkey", "password", "passphrase", "seedphrase",
         "token", "passwd", "mnemonic", "contrasena", "passwort"];

    /// <summary>Words for a password that no other word begins with.</summary>
    public static readonly string[] PasswordBeginnings =
        ["password", "passwort", "passphrase", "contrasena", "contrasenia", "kennwort", "wachtwoord", "motdepasse", "senhade", "senhado", "senhada",
         "senhames", "clavede", "clavetrad", "pindere", "pindesa", "pindeop", "pindetr", "privatekey", "secretkey", "apisecret", "mnemonic"];

    public static readonly (string Stem, NameConcept Concept)[] Stems =
    [
        ("парол", NameConcept.Secret), ("секрет", NameConcept.Secret), ("мнемон", NameConcept.Secret), ("таємн", NameConcept.Secret),
            ("тайн", NameConcept.Secret), ("ключев", NameConcept.Innocent), ("ключ", NameConcept.Key),
        ("токен", NameConcept.Token), ("приватн", NameConcept.Opener), ("закрыт", NameConcept.Opener), ("доступ", NameConcept.Opener),
            ("фраз", NameConcept.Phrase), ("кошел", NameConcept.Vendor),
        ("гаман", NameConcept.Vendor), ("бирж", NameConcept.Vendor), ("открыт", NameConcept.Public), ("публичн", NameConcept.Public),
            ("учетн", NameConcept.Vendor), ("кодов", NameConcept.Opener), ("измен", NameConcept.Innocent), ("обновл", NameConcept.Innocent),
        ("слов", NameConcept.Phrase), ("резервн", NameConcept.Opener), ("восстановл", NameConcept.Opener), ("безопасн", NameConcept.Opener),
        ("подпис", NameConcept.Ambiguous), ("логин", NameConcept.Identity), ("пользоват", NameConcept.Identity), ("адрес", NameConcept.Identifier),
        ("хеш", NameConcept.Identifier), ("хэш", NameConcept.Identifier), ("контрольн", NameConcept.Identifier), ("аккаунт", NameConcept.Vendor),
        ("брокер", NameConcept.Vendor), ("счет", NameConcept.Vendor), ("плеч", NameConcept.Innocent), ("назван", NameConcept.Innocent),
        ("режим", NameConcept.Innocent), ("канал", NameConcept.Innocent), ("авториз", NameConcept.Opener), ("автор", NameConcept.Innocent),
            ("язык", NameConcept.Innocent),
        ("монет", NameConcept.Innocent), ("примечан", NameConcept.Innocent), ("заметк", NameConcept.Innocent), ("интервал", NameConcept.Innocent),
        ("стратег", NameConcept.Innocent), ("количеств", NameConcept.Innocent), ("размер", NameConcept.Innocent), ("риск", NameConcept.Innocent),
        ("статус", NameConcept.Innocent), ("ошибк", NameConcept.Innocent), ("подсказк", NameConcept.Innocent), ("длин", NameConcept.Innocent),
        ("создан", NameConcept.Innocent), ("истека", NameConcept.Innocent), ("ответ", NameConcept.Phrase), ("доступы", NameConcept.Group),
        ("номер", NameConcept.Innocent), ("сервер", NameConcept.Innocent), ("времен", NameConcept.Innocent), ("символ", NameConcept.Innocent),
        ("валют", NameConcept.Innocent), ("баланс", NameConcept.Innocent), ("лимит", NameConcept.Innocent), ("задержк", NameConcept.Innocent),
        ("период", NameConcept.Innocent), ("уров", NameConcept.Innocent), ("групп", NameConcept.Innocent), ("сообщен", NameConcept.Innocent),
        ("текст", NameConcept.Innocent), ("команд", NameConcept.Innocent), ("описан", NameConcept.Innocent), ("коммент", NameConcept.Innocent),
        ("версия", NameConcept.Innocent), ("ссылк", NameConcept.Innocent), ("сайт", NameConcept.Innocent), ("включен", NameConcept.Innocent),
        ("телеграм", NameConcept.Vendor), ("прокси", NameConcept.Vendor), ("почт", NameConcept.Identity), ("телефон", NameConcept.Identity),
        ("админ", NameConcept.Innocent), ("аутентиф", NameConcept.Opener), ("сесси", NameConcept.Session),
        ("двухфактор", NameConcept.Secret), ("двухэтап", NameConcept.Secret), ("пасворд", NameConcept.Secret),
        ("пассворд", NameConcept.Secret), ("часов", NameConcept.Innocent),
        ("сигнал", NameConcept.Innocent), ("позици", NameConcept.Innocent),
        ("ордер", NameConcept.Innocent), ("сделк", NameConcept.Innocent), ("комисси", NameConcept.Innocent), ("процент", NameConcept.Innocent),
    ];

    public static readonly string[] UngappedSecrets =
    [
        "密码", "密碼", "密钥", "密鑰", "秘钥", "秘鑰", "私钥", "私鑰", "助记词", "助記詞", "口令", "令牌", "凭证", "憑證", "验证码",
        "两步验证", "双重验证", "授权编码", "授權編碼", "アクセストークン", "ボットトークン", "更新トークン", "액세스토큰", "액세스 토큰", "봇토큰", "봇 토큰",
        "種子", "种子词", "パスワード", "二段階認証", "秘密鍵", "秘密", "シークレット", "暗証番号",
        "ニーモニック", "パスフレーズ", "비밀번호", "암호", "비밀키", "비밀", "시크릿",
        "개인키", "니모닉", "รหัสผ่าน", "सीक्रेट", "पासवर्ड", "كلمة المرور", "كلمةالمرور", "كلمة_المرور", "كلمة السر", "كلمة_السر",
    ];

    /// <summary>Some more of them.</summary>
    public static readonly string[] UngappedPhrases =
    [
        "授权码", "授權碼", "安全码", "安全碼", "通行码", "凭据", "憑據", "密语", "暗号", "合言葉", "認証コード", "認証キー", "アクセスキー", "シードフレーズ",
        "リカバリー", "復元フレーズ", "액세스키", "비밀문구", "복구문구", "복구 구문", "인증코드", "인증키", "패스워드", "시드구문", "รหัสลับ", "คีย์ลับ", "คีย์ส่วนตัว",
        "คำกู้คืน", "رقم سري", "الرقم_السري", "رمز", "گذرواژه", "گذرواژه", "كليد_خصوصي", "निजी_कुंजी", "গোপন", "ரகசிய",
    ];

    /// <summary>What these ask about a secret is none: its length, state, name, kind, time.</summary>
    public static readonly string[] UngappedAspects =
    [
        "长度", "長度", "状态", "狀態", "名称", "名稱", "类型", "類型", "数量", "時間", "时间", "日期", "备注", "有效期", "权限", "次数", "提示", "活动", "活動",
        "長さ", "状態", "種類", "有効期限", "期限", "回数", "길이", "상태", "이름", "유형", "만료", "개수",
    ];

    public static readonly string[] UngappedPublic =
    [
        "公钥", "公鑰", "公開鍵", "공개키", "暗号資産", "暗号通貨", "암호화폐", "암호자산", "排序", "ソート", "정렬", "主键",
        "主鍵", "主キー", "外键", "外部キー", "キーワード", "关键词", "關鍵詞", "키워드",
    ];

    /// <summary>Hashes, addresses and numbers of orders.</summary>
    public static readonly string[] UngappedIdentifiers =
        ["哈希", "哈希值", "地址", "订单号", "訂單號", "合约", "合約", "校验和", "ハッシュ", "アドレス", "注文番号", "해시", "주소", "주문번호",
            // Where messages go.
            "群", "群组", "群組", "群号", "频道", "頻道", "聊天", "チャンネル", "채널", "채팅방"];

    public static readonly string[] UngappedAmbiguous = ["钥匙", "鑰匙", "キー", "鍵", "키", "कुंजी", "トークン", "토큰"];
}
