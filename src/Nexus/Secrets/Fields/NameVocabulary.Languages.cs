namespace Nexus.Secrets;

/// <summary>Words of further languages, in their own spelling without accents and as they are written in Latin letters.</summary>
internal static partial class NameVocabulary
{
    private static (NameConcept Concept, string Words)[] Languages =>
    [
        // Chinese in pinyin.
        (NameConcept.Secret, """
            mima miyao miyue mishi siyao zhujici zhujiciyu kouling anquanma yanzhengma shouquanma zhifumima zijinmima jiaoyimima denglumima tongxingma
            siyaozi mimawen mixie tixianmima
            """),
        (NameConcept.Key, "yaoshi"),
        (NameConcept.Token, "lingpai"),
        (NameConcept.Group, "pingzheng pingju"),
        (NameConcept.Opener, "denglu anquan shouquan fangwen zijin jiaoyi zhifu tixian huifu beifen siren jiami qianming"),
        (NameConcept.Identity, "yonghuming yonghu zhanghao zhanghaoming youxiang shoujihao"),
        (NameConcept.Vendor, "jiaoyisuo qianbao zhanghu zhanghuming"),
        (NameConcept.Identifier, "gongyao gongyaozhi dizhi heyue haxi dingdan"),
        (NameConcept.Innocent, """
            ganggan jiage shuliang zhisun zhiying moshi bizhong beizhu mingcheng mingzi shijian wangluo duankou zhouqi celue fangxiang biaoqian
            zhuangtai
            leixing fuwuqi yuyan pindao tixing
            """),
        // Russian and Ukrainian in Latin letters.
        (NameConcept.Secret, """
            parol parolya paroli sekretnyi sekretniy sekretny sekretnyy sekretnaya sekretnoe sekretnoye sekretka kodslovo kodovoeslovo kodovoyeslovo
            kodovoyeslova sidfraza sidfrazy pinkod mnemonicheskaya tainyi tainoe taynyy tayemnyi taiemnyi taina
            """),
        (NameConcept.Key, "klyuch klyuchi klyucha klyuchey kluch kluchi kliuch kliuchi klyuchik"),
        (NameConcept.Group, "dostupy dostupi accesos acessos zugange zugaenge zugaenge logins"),
        (NameConcept.Opener, """
            privatnyi privatnyy privatniy zakrytyi zakrytyy zakrytiy dostup dostupa dostupu bezopasnosti bezopasnost vosstanovleniya vosstanovlenie
            rezervnyi rezervnyy podpisi kodovoe kodovoye kontrolnoe kontrolnyi vhod vkhod vhoda vkhoda avtorizatsii avtorizacii
            """),
        (NameConcept.Phrase, "код кода коды kod kody koda fraza frazy frazu slovo slova slov otvet otvety"),
        (NameConcept.Last, "пин пасс mpin tpin"),
        (NameConcept.Opener, "апи"),
        (NameConcept.Public, "otkrytyi otkrytyy otkrytiy publichnyi publichnyy publichniy publiczny verejny offentlig"),
        (NameConcept.Identity, "polzovatel polzovatelya pochta korystuvach"),
        (NameConcept.Vendor, "birzha birzhi birja koshelek koshelyok akkaunt akkaunty akaunt schet schyot brokera kabinet hamanets gamanets"),
        (NameConcept.Identifier, "kontrolnaya kheshsumma heshsumma khesh hesh adres adresa podpisana"),
        (NameConcept.Innocent, """
            plecho rychag para pary lot kanal avtor rezhim risk stavka obem obyom razmer tsena nazvanie imya primechanie zametka data vremya yazyk
            summa
            kolichestvo strategiya storona tip seti port taimfreim interval dlina srok status
            """),
        // German.
        (NameConcept.Secret, """
            kodwort codewort losungswort zugangswort zugangsschlussel zugangsschluessel sicherheitsantwort wiederherstellungsschlussel
            wiederherstellungsschluessel wiederherstellungsphrase wiederherstellungscode freigabecode aktivierungsschlussel aktivierungsschluessel
            geheimwort geheimfrage geheimcode geheimschluessel parole merkwort mtan entsperrcode
            """),
        (NameConcept.Opener, "бот бота боту tan kms hsm vapid activation deployer zugangs sicherheits wiederherstellungs freigabe aktivierungs " +
            "anmelde anmeldung privater privaten lese schreib handels"),
        (NameConcept.Ambiguous, "pat pats authenticator authy sicherheitsfrage securityquestion preguntaseguridad perguntaseguranca"),
        (NameConcept.Phrase, "wort antwort antworten satz merksatz"),
        (NameConcept.Identity, "benutzername kennung nutzer nutzername anmeldename kundennummer"),
        (NameConcept.Vendor, "payer feepayer signers borse boerse handelsplatz hauptkonto"),
        (NameConcept.Identifier, "prufsumme pruefsumme adresse empfanger"),
        (NameConcept.Innocent, "hebel einstellung einstellungen hinweis anmerkung wahrung zeitrahmen verlauf erstellt abgelaufen gultig vergessen " +
            "link"),
        // Spanish, Portuguese, Italian, French.
        (NameConcept.Secret, "palabraclavesecreta palabrasecreta codigosecreto respuestasecreta respostasecreta reponsesecrete contrasenas senhas " +
            "clau"),
        (NameConcept.Opener, """
            verificacion verificacao verification autenticacao seguridad seguranca securite sicurezza respaldo desbloqueo desbloqueio firma assinatura
            ingreso saque recuperar recuperacion recupera ripristino sauvegarde connexion
            """),
        (NameConcept.Phrase, "respuesta respuestas resposta reponse risposta answer answers"),
        (NameConcept.Identity, "usuarios utilizador identifiant utenti correo"),
        (NameConcept.Vendor, "corretora corretoras bolsa borsa bourse courtier intercambio cambio billetera billeteras portafoglio contas"),
        (NameConcept.Identifier, "resumen endereco empreinte suma somma soma verificadora"),
        (NameConcept.Innocent, """
            alavancagem levier leva servidor serveur temporal marco plazo nivel ativo moeda mercado mercato marche reseau rete rede valor apelido
            autor
            autora auteur autore creada creado criada criado cree creata creato vencida vencido expirada caduca expira venc modificado enlace enlaces
            mostrar ocultar ayuda ajuda aiuto aide titulo titre titolo mensaje mensagem messaggio aviso erro errore erreur
            """),
        // Turkish, Polish, Czech, Slovak, Hungarian, Romanian, and their neighbours.
        (NameConcept.Secret, """
            gizlianahtar ozelanahtar sifreler parolalar tajnyklucz hasla tajnyklic tajneheslo jelszava titkos titkoskulcs cheiesecreta parolasecreta
            salainen salainenavain tajna tajni 
            """),
        (NameConcept.Key, "kulcsok kluc kluce nokkel noekkel nogle noegle kleidi mafteach miftah ufunguo kunji kunjee kagi kelid khoa avaimet"),
        (NameConcept.Opener, """
            kurtarma guvenlik giris erisimi dogrulama cuzdani odzyskiwania bezpieczenstwa logowania soukromy sukromny privatni privatna yksityinen
            herstel inlog beveiligings toegangs pribadi pemulihan keamanan akses khoiphuc riengtu baomat
            """),
        (NameConcept.Phrase, "kelime kelimeler kelimeleri kelimesi kodu kodlar fraze koodi kode koder frasa cumtu woorden herstelzin cevap " +
            "odpowiedz odpoved"),
        (NameConcept.Identity, "kullaniciadi uzytkownik uzivatel felhasznalo utilizator pengguna nguoidung"),
        (NameConcept.Vendor, """
            borsasi cuzdan cuzdanlar hesap hesaplar gielda gieldy portfel portfela konto burza penezenka tozsde tarca bursa portofel beurs bors dompet
            akun cont racun taikhoan geoleso jigap torihikijo kouza
            """),
        (NameConcept.Innocent, "kaldirac dzwignia hefboom paka havstang donbay daya ungkit notlar uwagi nazwa poznamka megjegyzes numele naam " +
            "catatan"),
        // Nordic, Greek, Hindi, Korean, Japanese, Indonesian, Vietnamese, Arabic, Persian, Hebrew in Latin letters.
        (NameConcept.Secret, """
            losenordet hemlignyckel kodikos mystiko synthimatiko gupt guptshabd pasvard paasvard paswerd bimil bimilki bimilkey bimilbeonho amho
            himitsu
            himitsukagi anshobango anshoubangou pasuwado rahasia rahsia kuncirahasia katalaluan bimat khoabimat maxacnhan kalimatalmurur kalimatalsirr
            sirri ramz gozarvazheh gozarvazhe sisma lihim lihimnasusi sandirahasia
            """),
        // Numbers of taxpayers, telephones, orders to pay, and other numbers that are given to others.
        (NameConcept.Identifier, """
            codicefiscale partitaiva cpf cnpj nif cif dni nie rfc curp cuit cuil инн снилс tckn vkn vatid vatnumber taxid taxnumber tin steuerid
            steuernummer ustid siren siret gstin securityid securityids pkh farmerpk poolpk validatorpk vkey verificationkey publicjwk publicjwks
            jwkpublic vat dhprime miner baker bakers sheet sheets gsheet gsheets worksheet worksheets packages
            """),
        // Whose trades are copied or watched.
        (NameConcept.Identifier, """
            leader leaders lider lideres anfuhrer anfuehrer meneur meneurs leadtrader leadtraders mastertrader mastertraders copytrader copytraders
            copiedtrader copiedtraders followedtrader followedtraders kol kols whale whales ballena ballenas baleia baleias watchwallet watchwallets
            watchedwallet watchedwallets monitoredwallet monitoredwallets spywallet spywallets smartwallet smartwallets smartmoney лидер лидеры
            киты
            """),
        (NameConcept.Identity, """
            clientcode phone phones phonenumber mobile mobilenumber telephone cellphone msisdn telefono telefonos celular telefone telefon
            telefonnummer handynummer portable telepon nomorhp dienthoai shoujihao 手机号 手机 电话 電話 전화 전화번호 휴대폰 फोन هاتف
            """),
        (NameConcept.Last, "पिन পিন ਪਿੰਨ พิน 핀 핀번호 ピン"),
        // What one types to take money out, or to trade.
        (NameConcept.Secret, """
            pinnumber pintrading pintrade tradingpin tradepin pinwithdrawal withdrawpin withdrawalpin pinwithdraw pinretiros retiropin pinsaques
            pinnummer numeropin pinoperacion pinoperacoes pinoperazioni pinretrait handelspin auszahlungspin codigoretiro codigoderetiro
            codigosaque codigodesaque
            coderetrait codederetrait codedacces codeacces apisec secapi accountpw accpw dbpw rootpw userpw adminpw mailpw loginpw
            sshpw emailpw ftppw withdrawcode withdrawalcode twofa twofactorkey twofakey twofasecret twofaseed
            """),
        (NameConcept.Secret, "assinaturaeletronica firmaelectronica webhookuuid webhookguid hookuuid antiphishing antiphishingcode"),
        (NameConcept.Innocent, """
            srv manager managers changed modified renewed cambiada cambiado alterada alterado geandert geaendert modifiee degistirildi existingsecret
            existingsecrets fromsecret pullsecret pullsecrets
            """),
        (NameConcept.Opener, "tapi"),
        (NameConcept.Vendor, "acc"),
        (NameConcept.Question, "failed successful"),
        // Names of members that hold the same in English.
        (NameConcept.Secret, "brainwallet maxacminh maxacthuc sifrem sifreniz safeword codeword secretword watchword unlockcode unlockpattern " +
            "authkey authtoken licensekey"),
    ];
}
