namespace Nexus.Secrets;

internal static partial class NameVocabulary
{
    /// <summary>Words of settings. A name that ends in one of them is readable, beside credentials too.</summary>
    private const string InnocentWords = """
        mode modes symbol symbols pair ticker tickers market leverage margin size amount qty quantity price percent pct ratio rate limit timeout
        interval timeframe period window
        ms msec sec second seconds minute minutes min hour hours day days week month year enabled disabled active inactive chain network net provider
        platform host hostname port url uri endpoint base
        domain protocol scheme region zone timezone tz locale language lang currency coin quote name names nombre nome nom label title alias
        description comment note notes type types tipo kind
        category class status state version level color colour icon strategy strategies side order orders position positions fee fees slippage tp sl
        stop loss profit target threshold delay retry
        retries attempt attempts total number index priority weight score date time timestamp at created updated expires expiry expiration until since
        path file filename dir directory folder
        format encoding algorithm algo alg permission permissions scope scopes role group groups plan tier channel topic length len age ttl
        rotation rotated used fields 
          source location method pattern regex prefix suffix rules decimals supply balance budget usage limits levels board bar bars mapping map
          format bot_name env environment
        enabled_at chat trade trades message thread guild room session_name personality filter breaker kelly correlation guard trailing multiplier
        capital risk reward win signal signals
        indicator indicators candle candles chart volume step tick precision rounding schedule cron job task queue batch buffer cache pool_size worker
        workers device devices thread_count debug verbose log logs
        level_name testnet_url sandbox_mode hedge isolated cross spot_market maker taker post reduce close open high low entry exit hold cooldown
        drawdown exposure allocation rebalance
        threshold_pct max_positions maximum minimum step_size lot lots pip pips point points spread ask bid depth book feed stream socket ws wss http
        https rest grpc sdk agent browser os
        country city state_code email_enabled theme dark light font width height order_type tif gtc ioc fok trigger condition rule flag flags feature
        features option options setting settings
        config configuration preset profile template layout view widget page sort keyboard shortcut hotkey keyword keywords monkey secretary
        tokenomics passive passenger seeding
        estado modo simbolo par apalancamiento margen tamano cantidad precio limite intervalo periodo activo red puerto idioma moneda etiqueta
        descripcion nota estrategia lado tiempo fecha
        ruta archivo formato permiso rol grupo canal tema politica fuente metodo objetivo umbral retraso riesgo beneficio velocidad zona ip
        bootstrap mechanism model models temperature sensitivity strength required valid count hint_enabled user_agent useragent ua requests req rps
        retries_max burst jitter backoff keepalive
        """;

    /// <summary>Words of settings that mean something else before another word, so that others come first.</summary>
    private const string MoreInnocentWords = """
        sortierschlussel sortierschluessel primarschlussel primaerschluessel fremdschlussel fremdschluessel gruppenschlussel
        meta metadata masked mask hint preview alert alerts backend mount link links author server instance handle rpc repo ttls quota expiring
        rotate rotating issuer audience checksum_type kdf cipher dep deposit mtu dns expired revoked valid verified tested lastfour suffixes provider
        in site samesite categories sauce santa recipe society digits ips owner hasher store list range investment consent banner laenge lange
        mindestlaenge mindestlange uzunluk uzunlugu durum durumu changdu
        stocks watchlist drift minlength maxlength strength complexity charset length regex schema docs help caption text subtitle body button
        placeholder
        action actions behavior behaviour fallback guild guilds strateji strategi strategin strategia strategie strategii estrategia robot robo
        sohbet zaman ciftleri adi isim
        aciklama durumu kanali magic deviation bucket buckets namespace realm tenant cluster replica branch nickname nick avatar logo
        thumbnail screenshot picture photo
        fiat fiats bridge desk portfolio universe stake grid dca martingale spacing span ema sma rsi macd atr bollinger supertrend adx vwap
        workspace resolution slug series event strike expiry driver engine dialect collection subdomain organization organisation org team
        company project
        instruments tradingsymbol product callback redirect spec firm ticket handler parser adapter plugin module modules package_name release
        lamports sats satoshi satoshis wei gwei
        чат чаты пара пары порт хост имя тип дата цена время объем объём сумма язык сеть стоп тейк лот плечо
        modelo modele modell modello orden ordenes ordem ordens referral referrer promo coupon voucher css html stylesheet
        serializer deserializer
        imagepullsecret imagepullsecrets idx pkey fkey uniq constraint constraints
        gas gaslimit gasprice firmware fw peer peers deployment deployments runtime arch architecture variant variety validity segment
        dataset experiment checkpoint sku codec stage tablespace keyspace vhost measurement retention sampler
        welcome greeting instructions instruction persona bio disclaimer footer bienvenida saludo willkommen begrussung
        tpl tmpl tpls plantilla vorlage
        ssid ssids bssid essid
        tooltip message error warning info hidden visible readonly created_by updated_by owner_name sorting grouping paging cursor
        """;

    /// <summary>Words for what has a hash on a blockchain, besides their meaning in settings.</summary>
    private const string OnChainWords = """
        asset assets policy policies topic topics topic0 topic1 role roles market markets condition conditions root roots leaf leaves proof
        proofs separator domainseparator
        selector
        calldata bytecode initcode inputdata denom inscription inscriptions feed feeds pricefeed slot slots epoch validator validators delegator
        question
        outcome node nodes ancestor commitment nullifier attestation userop useroperation sighash preimage stateroot receiptsroot merkleroot genesis
        parent codehash initcodehash storagekeys storagekey conduitkey ammkey poolkey marketkey mintkey createsalt release releases page
        avatar version versions revision run runs proposal proposals container containers
        h bundle bundles poolid marketid conditionid questionid positionkey coinid objectid packageid object package txhashes tip head
        """;
}
