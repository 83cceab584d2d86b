namespace Nexus.Secrets;

internal static partial class NameVocabulary
{
    /// <summary>Services whose own name is the name of their key: <c>"coingecko": "CG-…"</c>.</summary>
    private const string Services = """
        coingecko coinmarketcap cmc cryptocompare coinapi messari glassnode santiment cryptopanic lunarcrush kaiko amberdata nansen arkham defillama
        moralis ankr helius shyft birdeye dexscreener dextools geckoterminal bitquery covalent thegraph subgraph blocknative tenderly blockdaemon
        chainstack
        getblock nownodes drpc blast nodereal tatum blockfrost trongrid toncenter tonapi bscscan polygonscan arbiscan basescan solscan ftmscan jito
        bloxroute
        nextblock astralane
        alphavantage twelvedata tiingo eodhd quandl iex marketstack fmp finazon newsapi gnews marketaux benzinga
        deepl google gemini mistral cohere groq perplexity deepseek openrouter huggingface hf elevenlabs xai grok claude gpt
        chatgpt copilot ollama langfuse langsmith pinecone weaviate qdrant
        tg vk twitter x_com facebook instagram reddit youtube tiktok twitch mastodon bluesky linkedin matrix threema viber kakao zulip
        slackbot sentry datadog newrelic grafana influxdb logtail papertrail rollbar honeycomb betterstack healthchecks uptimerobot
        cloudflare digitalocean hetzner vultr linode heroku vercel netlify railway supabase firebase planetscale neon upstash fauna
        stripe paypal plaid wise revolut coinpayments nowpayments btcpay cryptomus oxapay adyen mollie razorpay
        postmark sendinblue brevo mailchimp mailjet ses sparkpost resend vonage nexmo plivo messagebird clicksend
        anydesk teamviewer rustdesk parsec
        notion airtable trello asana jira confluence dropbox onedrive
        algolia elasticsearch typesense mapbox maxmind ipinfo ipstack abuseipdb
        neynar farcaster nostr simplepush prowl serverchan wecom
        pushsafer callmebot
        captcha capsolver anticaptcha twocaptcha capmonster deathbycaptcha
        brightdata oxylabs smartproxy webshare soax iproyal nordvpn mullvad wireguard openvpn shadowsocks trojan vmess vless tailscale
        threecommas commas cornix cryptohopper wundertrading finandy alertatron zignaly bitsgap pionex mudrex haasbot gunbot tradersanta coinrule
        altrady
        hummingbot freqtrade octobot jesse
        deriv ctrader metaapi saxo schwab ameritrade webull robinhood etrade trading212 ig fxcm dukascopy pepperstone exness xm tastytrade tradovate
        ninjatrader zerodha upstox angelone fyers dhan futu tiger moomoo interactivebrokers tws questrade degiro
        orangex bitrue lbank digifinex toobit weex bitunix coinw hashkey backpackexchange aster lighter edgex pacifica grvt bluefin synfutures
        rabbitx orderly zeta kwenta gmx gains hyperdrive apexpro
        mt gh sui aptos ton tezos stellar polkadot cosmos avalanche algorand hedera starknet injective sei
        """;
}
